import os

for place in (".", "..", "/tmp", "~", "/dev/shm", "/dev/mqueue", "/dev", "/home", "/", "/etc", "__pycache__"):
    place = os.path.expanduser(place)
    print(place, sorted(os.listdir(place)))
    print([(name, os.lstat(os.path.join(place, name)).st_mode) for name in sorted(os.listdir(place))])
for name in ("prog.py", "__pycache__"):
    stats = os.stat(name)
    print(name, oct(stats.st_mode), stats.st_uid, stats.st_gid, stats.st_nlink, stats.st_size)
