import os

print(sorted(os.listdir("/proc/self/fd")))
print([os.dup(0) for _ in range(5)], input())
