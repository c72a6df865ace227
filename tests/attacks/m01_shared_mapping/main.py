import mmap

maps = []
for _ in range(30):
    maps.append(mmap.mmap(-1, 100 << 20))
    for at in range(0, 100 << 20, 4096):
        maps[-1][at] = 1
print("BREACH three gigabytes")
