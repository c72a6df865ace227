import os

pids = {int(name) for name in os.listdir("/proc") if name.isdigit()}
print(len(pids), pids == {1, os.getpid()})
with open("/proc/self/comm") as file:
    print(file.read())
