import os
import time

LEGS, LEG_SECONDS, CHAINS = 16, 0.1, 2


def run(leg, done):
    """Burn a little, hand on to a child, die before anyone could look twice."""
    while time.process_time() < LEG_SECONDS:
        pass
    if leg == LEGS:
        os.write(done, b"!")
    elif os.fork() == 0:
        run(leg + 1, done)
    os._exit(0)


ready, done = os.pipe()
for _ in range(CHAINS):
    if os.fork() == 0:
        run(1, done)
for _ in range(CHAINS):
    os.read(ready, 1)
print("BREACH 3.2 s of CPU")
