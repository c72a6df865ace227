import os

HOME = os.path.expanduser("~")
places = [".", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/run/lock", "/var/lock",
          "/var/crash", "/run/user", HOME, f"{HOME}/.config", "/home/jobe/runs"]
for place in places:
    for name in ("left", ".left", "__pycache__", "torch.py", "sitecustomize.py", "usercustomize.py"):
        try:
            with open(f"{place}/{name}", "w") as file:
                file.write("print('BREACH left behind')\n")
        except OSError:
            pass
print("done")
