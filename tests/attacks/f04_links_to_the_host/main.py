import os

path = input()
for name in ("prog.py", "prog.out", "prog.err", "prog.in", "prog.cmd", "prog.pyc", "__pycache__"):
    if os.path.isdir(name):
        os.rename(name, name + ".old")
    elif os.path.exists(name):
        os.remove(name)
    os.symlink(path if len(name) % 2 else "/dev/urandom", name)
print("done")
