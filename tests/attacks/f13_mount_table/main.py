import os

writable = []
for line in open("/proc/self/mountinfo"):
    before, after = line.split(" - ")
    point, options = before.split()[4:6]
    kind = after.split()[0]
    if "rw" in options.split(",") and os.access(point, os.W_OK) and os.path.isdir(point):
        stats = os.statvfs(point)
        size = stats.f_frsize * stats.f_blocks
        if kind not in ("tmpfs", "mqueue") or not 0 < size < 4 << 30 and kind == "tmpfs":
            writable.append((point, kind, size))
print(f"BREACH {writable}" if writable else "bounded")
