import ctypes
import mmap

from attempt import attempt, syscall

MADV_PAGEOUT = 21
open("swap", "wb").write(bytes(1 << 20))
attempt("swapon", lambda: syscall("swapon", ctypes.c_char_p(b"swap"), 0))
pages = []
for _ in range(40):
    try:
        pages.append(mmap.mmap(-1, 50 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
    except OSError as error:
        raise MemoryError from error
    pages[-1].write(b"x" * (50 << 20))
    try:
        pages[-1].madvise(MADV_PAGEOUT)
    except OSError:
        pass
print("BREACH two gigabytes")
