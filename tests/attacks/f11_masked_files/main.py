import errno
import os

from attempt import attempt


class Nothing(PermissionError):
    """Empty is as good as refused."""


def look(path):
    content = os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(64)
    if not content:
        raise Nothing(errno.EACCES, "empty")
    return content


def secrets_of_log():
    for folder, _, files in os.walk("/var/log"):
        for name in files:
            if name in ("syslog", "auth.log", "kern.log", "btmp"):
                return look(os.path.join(folder, name))
    raise Nothing(errno.EACCES, "none")


for path in (
    "/etc/shadow",
    "/etc/gshadow",
    "/root/.ssh",
    "/root/.bash_history",
    "/proc/kcore",
    "/proc/keys",
    "/proc/sysrq-trigger",
    "/proc/kmsg",
    "/proc/1/environ",
    "/sys/firmware",
    "/sys/kernel/security",
    "/sys/kernel/debug",
):
    attempt(path, lambda: look(path), errno.ENOENT, errno.EIO)
attempt("/var/log", secrets_of_log)
