import ctypes
import os
import struct

NUMBERS = {"x86_64": (317, 231), "aarch64": (277, 94)}  # seccomp, exit_group
SET_MODE_FILTER, NEW_LISTENER = 1, 8
USER_NOTIF, ALLOW = 0x7FC00000, 0x7FFF0000
LOAD_NUMBER, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06

seccomp, exit_group = NUMBERS[os.uname().machine]
program = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in (
        (LOAD_NUMBER, 0, 0, 0),
        (JUMP_EQUAL, 0, 1, exit_group),
        (RETURN, 0, 0, USER_NOTIF),
        (RETURN, 0, 0, ALLOW),
    )
)
code = ctypes.create_string_buffer(program, len(program))
header = struct.pack("HP", len(program) // 8, ctypes.addressof(code))
listener = ctypes.CDLL(None).syscall(seccomp, SET_MODE_FILTER, NEW_LISTENER, header)
print("started" if listener > 0 else "no listener", flush=True)
os._exit(0)
