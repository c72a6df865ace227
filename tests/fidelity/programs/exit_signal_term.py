import atexit
import os
import signal

atexit.register(print, "never")
print("flushed", flush=True)
print("lost")
os.kill(os.getpid(), signal.SIGTERM)
