import atexit
import os

atexit.register(print, "exit handler")
os.register_at_fork(before=lambda: print("before"), after_in_child=lambda: print("in child"), after_in_parent=lambda: print("in parent"))
pid = os.fork()
if pid:
    os.waitpid(pid, 0)
print("end", pid > 0)
