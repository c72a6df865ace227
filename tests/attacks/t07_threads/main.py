import hashlib
import threading
import time

BLOCK = bytes(1 << 20)


def burn():
    while time.thread_time() < 1.6:
        hashlib.sha256(BLOCK)  # releases the GIL


threads = [threading.Thread(target=burn) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"BREACH {time.process_time():.1f} s of CPU")
