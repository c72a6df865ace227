"""What one process may map takes few page tables; thirty processes map thirty times as much."""

import mmap
import os

SIZE = 100 << 30
STEP = 2 << 20  # what one page of a table maps

for _ in range(25):
    if os.fork() == 0:
        zeros = mmap.mmap(-1, SIZE, mmap.MAP_PRIVATE | 0x4000, mmap.PROT_READ)  # MAP_NORESERVE
        zeros.madvise(mmap.MADV_NOHUGEPAGE)
        for start in range(0, SIZE, STEP):
            zeros[start]
        os.read(os.pipe()[0], 1)  # holds them
while True:
    os.wait()
