import errno
import fcntl
import os
import pty

from attempt import attempt

print("terminals", [number for number in range(3) if os.isatty(number)], flush=True)
attempt("/dev/tty", lambda: os.open("/dev/tty", os.O_RDWR), errno.ENXIO, errno.ENOENT)
attempt("/dev/console", lambda: os.open("/dev/console", os.O_RDWR), errno.ENOENT)
try:
    _, end = pty.openpty()
except OSError:
    end = 0
attempt("TIOCSTI", lambda: fcntl.ioctl(end, 0x5412, b"x"), errno.ENOTTY, errno.EIO)
attempt("TIOCLINUX", lambda: fcntl.ioctl(end, 0x541C, b"\x03"), errno.ENOTTY, errno.EIO)
