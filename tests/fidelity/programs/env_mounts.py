import os

with open("/proc/self/mountinfo") as file:
    for line in file:
        words = line.split()
        print(words[4], words[5], words[words.index("-") + 1])
for place in (".", "/tmp", "/dev/shm"):
    stats = os.statvfs(place)
    print(place, stats.f_blocks * stats.f_frsize, stats.f_files, os.stat(place).st_mode, os.stat(place).st_uid)
