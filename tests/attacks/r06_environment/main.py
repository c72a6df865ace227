import os

for name, value in sorted(os.environ.items()):
    print(f"{name}={value}")
with open("/proc/self/environ", "rb") as file:
    print(file.read())
