import os
import signal

for number in (signal.SIGTERM, signal.SIGKILL):
    try:
        os.kill(-1, number)
    except (ProcessLookupError, PermissionError):
        pass
print("alone")
