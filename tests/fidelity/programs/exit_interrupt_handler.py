import os
import signal

try:
    os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
signal.signal(signal.SIGINT, signal.SIG_DFL)
print("flushed", flush=True)
os.kill(os.getpid(), signal.SIGINT)
