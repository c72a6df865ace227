import os

written = []


def write(path):
    # The bytes are what is there already, so that a hole does no harm.
    try:
        with open(path, "rb") as file:
            old = file.read()
        with open(path, "wb", buffering=0) as file:
            file.write(old)
        written.append(path)
    except OSError:
        pass


for path in (
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/modprobe",
    "/proc/sys/kernel/hostname",
    "/proc/sys/kernel/shmmax",
    "/proc/sys/kernel/msgmax",
    "/proc/sys/net/ipv4/ip_forward",
    "/proc/sys/vm/overcommit_memory",
    "/proc/sys/fs/binfmt_misc/register",
    "/proc/self/uid_map",
    "/proc/self/setgroups",
    "/proc/1/oom_score_adj",
    "/sys/kernel/uevent_helper",
    "/sys/power/state",
):
    write(path)
for folder, _, files in os.walk("/sys/fs/cgroup"):
    for name in files:
        if name in ("cgroup.procs", "tasks", "memory.max", "memory.limit_in_bytes", "release_agent", "pids.max"):
            write(os.path.join(folder, name))
    if len(written) > 5:
        break
print(f"BREACH {written}" if written else "nothing was written")
