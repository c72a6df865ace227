# Processes are waited for before exit handlers that were there before the first of them.
import atexit
import multiprocessing
import time


def work():
    time.sleep(0.3)
    print("work done", flush=True)


atexit.register(print, "exit handler", flush=True)
multiprocessing.Process(target=work).start()
print("end of main", flush=True)
