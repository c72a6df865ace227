import os

for folder in (".", "/tmp", "/dev/shm"):
    os.makedirs(f"{folder}/a/b/c")
    open(f"{folder}/a/b/c/file", "w").close()
    for path in ("/a/b/c/file", "/a/b/c", "/a/b", "/a"):
        os.chmod(folder + path, 0)
print("done")
