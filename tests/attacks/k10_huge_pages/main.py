import ctypes

from attempt import attempt, syscall

SIZE = 1 << 30
READ_WRITE, PRIVATE_ANONYMOUS, MAP_HUGETLB = 3, 0x22, 0x40000
MFD_HUGETLB, SHM_HUGETLB, IPC_CREAT = 4, 0o4000, 0o1000
attempt("mmap", lambda: syscall("mmap", 0, SIZE, READ_WRITE, PRIVATE_ANONYMOUS | MAP_HUGETLB, -1, 0))
attempt("memfd_create", lambda: syscall("memfd_create", ctypes.c_char_p(b"huge"), MFD_HUGETLB))
attempt("shmget", lambda: syscall("shmget", 0, SIZE, IPC_CREAT | SHM_HUGETLB | 0o600))
