import os

CHILDREN, EACH = 16, 200 << 20
ready, done = os.pipe()
go, start = os.pipe()
children = []
for _ in range(CHILDREN):
    child = os.fork()
    if child == 0:
        block = b"x" * EACH
        os.write(done, b"!")
        os.close(start)
        os.read(go, 1)
        os._exit(len(block) != EACH)
    children.append(child)
os.close(done)
alive = sum(len(os.read(ready, 1)) for _ in range(CHILDREN))
os.close(start)
if alive == CHILDREN and all(os.waitpid(child, 0)[1] == 0 for child in children):
    print("BREACH 3.2 GB in all")
raise MemoryError(f"{alive} of {CHILDREN} had their share")
