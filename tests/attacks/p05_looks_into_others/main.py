import ctypes
import errno
import os
import resource

from attempt import attempt, syscall

PTRACE_ATTACH = 16
GONE = (errno.ESRCH, errno.ENOENT)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


buffer = ctypes.create_string_buffer(8)
local = Vector(ctypes.addressof(buffer), 8)
remote = Vector(0x400000, 8)


def vm(name):
    return syscall(name, 1, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)


def steal_descriptor():
    return syscall("pidfd_getfd", syscall("pidfd_open", 1, 0), 0, 0)


def advise():
    pidfd = syscall("pidfd_open", 1, 0)
    return syscall("process_madvise", pidfd, ctypes.byref(remote), 1, 21, 0)


attempt("ptrace 1", lambda: syscall("ptrace", PTRACE_ATTACH, 1, 0, 0), *GONE)
attempt("ptrace parent", lambda: syscall("ptrace", PTRACE_ATTACH, os.getppid(), 0, 0), *GONE)
attempt("process_vm_readv 1", lambda: vm("process_vm_readv"), *GONE)
attempt("process_vm_writev 1", lambda: vm("process_vm_writev"), *GONE)
attempt("/proc/1/mem", lambda: open("/proc/1/mem", "rb").read(1), *GONE)
attempt("/proc/1/environ", lambda: open("/proc/1/environ", "rb").read(1), *GONE)
attempt("/proc/1/root", lambda: os.listdir("/proc/1/root"), *GONE)
attempt("/proc/1/cwd", lambda: os.readlink("/proc/1/cwd"), *GONE)
attempt("/proc/1/fd", lambda: os.listdir("/proc/1/fd"), *GONE)
attempt("/proc/1/maps", lambda: open("/proc/1/maps").read(1), *GONE)
attempt("pidfd_getfd 1", steal_descriptor, *GONE)
attempt("process_madvise 1", advise, *GONE)
attempt("kcmp 1", lambda: syscall("kcmp", 1, os.getpid(), 0, 0, 0), *GONE)
attempt("prlimit 1", lambda: resource.prlimit(1, resource.RLIMIT_CPU), *GONE)
