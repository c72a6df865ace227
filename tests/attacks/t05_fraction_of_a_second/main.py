import time

while time.process_time() < 5:
    pass
print("BREACH five seconds of CPU")
