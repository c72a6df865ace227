import ctypes

for victim in ([1, 2, 3], "text", {}, object()):
    ctypes.memset(id(victim), 0x41, 16)
    repr(victim)
