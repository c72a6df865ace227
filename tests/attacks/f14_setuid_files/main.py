import os

weak = [
    path
    for path in (".", "/tmp", "/dev/shm")
    if os.statvfs(path).f_flag & (os.ST_NOSUID | os.ST_NODEV) != os.ST_NOSUID | os.ST_NODEV
]
print(f"BREACH {weak}" if weak else "nosuid nodev")
