import mmap

with open("short", "wb+") as file:
    file.write(b"x" * 4096)
    file.flush()
    area = mmap.mmap(file.fileno(), 4096)
    file.truncate(0)
    print(area[0])
