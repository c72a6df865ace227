import os
import time

from attempt import attempt, syscall

child = os.fork()
if child == 0:
    time.sleep(30)
    os._exit(0)
attempt("ptrace child", lambda: syscall("ptrace", 16, child, 0, 0))
attempt("TRACEME", lambda: syscall("ptrace", 0, 0, 0, 0))
