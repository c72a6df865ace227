import os

for number in range(200):
    try:
        child = os.fork()
    except BlockingIOError:
        print(f"BREACH no process after {number} orphans")
        break
    if child == 0:
        os.fork()
        os._exit(0)
    os.waitpid(child, 0)
else:
    print("all buried")
