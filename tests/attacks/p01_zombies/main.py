import os

born = 0
try:
    while born < 1000:
        if os.fork() == 0:
            os._exit(0)
        born += 1
except BlockingIOError:
    pass
print("bounded" if born <= 100 else f"BREACH {born} zombies")
