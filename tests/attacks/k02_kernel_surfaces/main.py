import ctypes
import struct
import time

from attempt import attempt, syscall

text = ctypes.c_char_p
now = ctypes.create_string_buffer(struct.pack("qq", int(time.time()), 0))
zeros = ctypes.create_string_buffer(256)
KEYCTL_GET_KEYRING_ID, SESSION_KEYRING = 0, -3
# Arguments are valid, or such that the permission is looked at before them; none does harm.
for name, arguments in {
    "keyctl": (KEYCTL_GET_KEYRING_ID, SESSION_KEYRING, 1),
    "add_key": (text(b"user"), text(b"attack"), text(b"x"), 1, SESSION_KEYRING),
    "request_key": (text(b"user"), text(b"attack"), text(b""), SESSION_KEYRING),
    "bpf": (0, zeros, 72),
    "perf_event_open": (zeros, 0, -1, -1, 0),
    "userfaultfd": (0,),
    "io_uring_setup": (1, zeros),
    "fanotify_init": (0, 0),
    "open_by_handle_at": (-100, zeros, 0),
    "kexec_load": (0, 0, 0, 0),
    "init_module": (zeros, 0, text(b"")),
    "finit_module": (-1, text(b""), 0),
    "delete_module": (text(b"no_such_module"), 0),
    "syslog": (3, zeros, 255),
    "acct": (0,),
    "quotactl": (0x800001 << 8, 0, 0, 0),
    "swapon": (text(b"/nowhere"), 0),
    "reboot": (0, 0, 0, 0),
    "iopl": (3,),
    "ioperm": (0, 1, 1),
    "sethostname": (text(b"attack"), 6),
    "clock_settime": (0, now),
    "settimeofday": (now, 0),
}.items():
    attempt(name, lambda: syscall(name, *arguments))
