"""The status that ``sys.exit`` is to end this process with, while Python is at its finalization.

It is nowhere but in C: ``Py_Exit`` calls the finalization, then exit(3). Meanwhile its argument is
in one of the registers that a called function leaves as they were, and an unwinder knows what
those are for each of the calling functions. Which one it is depends on compiler and machine, and
is found out by a fork that calls ``Py_Exit`` with a number of our own.
"""

from __future__ import annotations

import atexit
import ctypes
import os

__all__ = ["SysExit", "symbol"]

_KEPT_REGISTERS = {"x86_64": (3, 6, 12, 13, 14, 15), "aarch64": tuple(range(19, 29))}
"""Those that a called function leaves as they were, by DWARF's numbers."""
_UNLIKELY = 0x1D1E5EED
"""No other word of the process is likely to be this number."""
_NOWHERE = (0, 0)
_Look = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class _SymbolInfo(ctypes.Structure):
    """``Dl_info`` of dladdr(3)."""

    _fields_ = (
        ("file", ctypes.c_char_p),
        ("base", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("address", ctypes.c_void_p),
    )


def symbol(libc: ctypes.CDLL, address: int | None) -> bytes | None:
    """The name of the function that an address is in, if it has one."""
    found = _SymbolInfo()
    libc.dladdr(ctypes.c_void_p(address), ctypes.byref(found))
    name: bytes | None = found.name
    return name


class SysExit:
    """Knows where ``Py_Exit`` keeps its argument. Make it before there are exit handlers."""

    def __init__(self, libc: ctypes.CDLL) -> None:
        unwinder = ctypes.PyDLL("libgcc_s.so.1")
        self._address = unwinder["_Unwind_GetIP"]
        self._address.restype = ctypes.c_size_t
        self._address.argtypes = (ctypes.c_void_p,)
        self._register = unwinder["_Unwind_GetGR"]
        self._register.restype = ctypes.c_size_t
        self._register.argtypes = (ctypes.c_void_p, ctypes.c_int)
        self._walk = unwinder["_Unwind_Backtrace"]
        self._libc = libc
        self._found: int | None = None
        self._compare = _Look(self._look)  # made ready
        self._place = self._ask_a_fork()

    def status(self) -> int | None:
        """To be called by an exit handler; None if this is another end, or nobody knows."""
        self._found = None
        self._walk(self._compare, None)
        return self._found

    def _look(self, frame: int, _: int) -> int:
        address, register = self._place
        if self._address(frame) != address:
            return 0
        self._found = ctypes.c_int(self._register(frame, register)).value
        return 1  # it is enough

    def _ask_a_fork(self) -> tuple[int, int]:
        """Where ``Py_Exit`` goes on after the finalization, and which register is its argument."""
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                atexit.register(self._tell, write)
                ctypes.pythonapi.Py_Exit(_UNLIKELY)
            finally:
                os._exit(1)
        os.close(write)
        with open(read, "rb") as told:
            words = told.read().split()
        os.waitpid(pid, 0)
        if len(words) != len(_NOWHERE):  # not found, or more than one
            return _NOWHERE
        address, register = map(int, words)
        return address, register

    def _tell(self, descriptor: int) -> None:
        kept = _KEPT_REGISTERS.get(os.uname().machine, ())

        def look(frame: int, _: int) -> int:
            if symbol(self._libc, self._address(frame)) != b"Py_Exit":
                return 0
            for register in kept:
                if ctypes.c_int(self._register(frame, register)).value == _UNLIKELY:
                    os.write(descriptor, b"%d %d " % (self._address(frame), register))
            return 1

        self._walk(_Look(look), None)
        os._exit(0)
