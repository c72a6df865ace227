import os
import site
import sys

import torch

places = [
    "/",
    "/etc",
    "/usr",
    "/usr/local/bin",
    "/bin",
    "/lib",
    "/var",
    "/var/tmp/..",
    "/var/lib",
    "/home",
    "/home/jobe",
    "/home/jobe/runs",
    "/root",
    "/opt",
    "/srv",
    "/mnt",
    "/boot",
    "/work",
    "/run",
    "/sys",
    "/proc",
    "/dev",
    sys.prefix,
    sys.base_prefix,
    os.path.dirname(os.__file__),
    os.path.dirname(torch.__file__),
    *site.getsitepackages(),
]
written = []
for place in places:
    try:
        with open(f"{place}/planted.pth", "w") as file:
            file.write("import os; print('BREACH planted')\n")
        written.append(place)
    except OSError:
        pass
    try:
        os.mkdir(f"{place}/planted")
        written.append(place + "/")
    except OSError:
        pass
for target in (os.__file__, torch.__file__, sys.executable, "/etc/passwd", "/bin/sh"):
    for change in (
        lambda: open(target, "r+").close(),
        lambda: os.chmod(target, 0o777),
        lambda: os.utime(target),
        lambda: os.remove(target),
        lambda: os.rename(target, target + ".old"),
        lambda: os.truncate(target, 0),
    ):
        try:
            change()
            written.append(target)
        except OSError:
            pass
print(f"BREACH {written}" if written else "nothing was written")
