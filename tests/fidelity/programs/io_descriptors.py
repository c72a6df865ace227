import fcntl
import os


def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


print([number for number in range(1024) if is_open(number)])
print([fcntl.fcntl(number, fcntl.F_GETFL) for number in range(3)])
print([fcntl.fcntl(number, fcntl.F_GETFD) for number in range(3)])
print(open("new", "w").fileno(), os.pipe(), len(os.listdir("/proc/self/fd")))
