import ctypes

libc = ctypes.CDLL(None)
for option in ("PR_GET_DUMPABLE", 3), ("PR_GET_KEEPCAPS", 7), ("PR_GET_PDEATHSIG", 2), ("PR_GET_NO_NEW_PRIVS", 39), ("PR_GET_SECUREBITS", 27), ("PR_GET_CHILD_SUBREAPER", 37), ("PR_GET_TIMERSLACK", 30), ("PR_GET_THP_DISABLE", 42):
    value = ctypes.c_int(-1)
    by_reference = option[0] in ("PR_GET_PDEATHSIG", "PR_GET_CHILD_SUBREAPER")
    print(option[0], libc.prctl(option[1], ctypes.byref(value) if by_reference else 0, 0, 0, 0), value.value)
print("personality", libc.personality(0xFFFFFFFF))
