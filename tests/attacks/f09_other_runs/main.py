import os

folders = {os.path.join("/home/jobe/runs", name) for name in os.listdir("/home/jobe/runs")}
print("folders:", "own only" if folders == {os.getcwd()} else f"BREACH {folders}")
others = []
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) not in (1, os.getpid()):
        with open(f"/proc/{name}/cmdline", "rb") as file:
            others.append(file.read())
print("processes:", "own only" if not others else f"BREACH {others}")
