import os

print("once", flush=True)
for n in range(3):
    pid = os.fork()
    if pid == 0:
        print("child", n, os.getppid() > 1, flush=True)
        os._exit(n)
    print("parent", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
