import os

KEPT = ("Umask", "State", "TracerPid", "Uid", "Gid", "Groups", "Threads", "NoNewPrivs", "Seccomp",
        "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb",
        "Cpus_allowed_list", "CoreDumping")
with open("/proc/self/status") as file:
    for line in file:
        if line.split(":")[0] in KEPT:
            print(line, end="")
for name in ("comm", "oom_score_adj", "limits", "coredump_filter", "loginuid", "sessionid", "timerslack_ns"):
    try:
        with open(f"/proc/self/{name}") as file:
            print(name, [line for line in file.read().splitlines() if not line.startswith(("Max data size", "Max processes"))])
    except OSError as error:
        print(name, error)
print(os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid(), os.getpgrp() - os.getpid(), os.getppid())
print(os.nice(0), os.sched_getscheduler(0), os.sched_getaffinity(0), os.cpu_count())
print(os.getuid(), os.geteuid(), os.getgid(), os.getgroups(), os.getresuid(), oct(os.umask(0)))
print(os.getcwd(), os.readlink("/proc/self/cwd"), os.readlink("/proc/self/root"), os.readlink("/proc/self/exe"))
