import os
import signal

print("now", flush=True)
os.kill(0, signal.SIGKILL)
