blocks = bytearray(10**13)
