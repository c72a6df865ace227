import os

files = []
for number in range(200):
    files.append(os.memfd_create(str(number)))
    for _ in range(15):
        os.write(files[-1], b"x" * (1 << 20))
print("BREACH three gigabytes")
