import errno
import fcntl
import os
import time

from attempt import attempt

shared = open(os.__file__)
attempt("lease", lambda: fcntl.fcntl(shared, fcntl.F_SETLEASE, fcntl.F_RDLCK), errno.EINVAL)
ready, done = os.pipe()
if os.fork() == 0:
    os.setsid()
    try:
        fcntl.flock(open(os.__file__), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pass
    os.write(done, b"!")
    time.sleep(60)
os.read(ready, 1)
print("done")
