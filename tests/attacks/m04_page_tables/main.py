"""A map of nothing but zeros is no memory of anybody's, and takes page tables all the same."""

import mmap

SIZE = 8 << 40
STEP = 2 << 20  # what one page of a table maps

zeros = mmap.mmap(-1, SIZE, mmap.MAP_PRIVATE | 0x4000, mmap.PROT_READ)  # MAP_NORESERVE
zeros.madvise(mmap.MADV_NOHUGEPAGE)
for start in range(0, SIZE, STEP):
    zeros[start]
print("BREACH sixteen gigabytes")
