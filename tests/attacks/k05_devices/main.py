import errno
import os
import stat

from attempt import attempt

HARMLESS = {"null", "zero", "full", "random", "urandom", "tty", "ptmx"}
open_ones = []
for folder, _, names in os.walk("/dev"):
    for name in names:
        path = os.path.join(folder, name)
        try:
            mode = os.lstat(path).st_mode
            if (stat.S_ISBLK(mode) or stat.S_ISCHR(mode)) and name not in HARMLESS:
                os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
                open_ones.append(path)
        except OSError:
            pass
print(f"BREACH {open_ones}" if open_ones else "devices: harmless only", flush=True)
attempt("mknod block", lambda: os.mknod("disk", stat.S_IFBLK | 0o666, os.makedev(8, 0)))
attempt("mknod char", lambda: os.mknod("mem", stat.S_IFCHR | 0o666, os.makedev(1, 1)))
for name in ("loop-control", "kvm", "fuse", "net/tun", "mem", "kmsg"):
    attempt(name.removesuffix("-control"), lambda: os.open(f"/dev/{name}", os.O_RDWR), errno.ENOENT, errno.ENXIO)
