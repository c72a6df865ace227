print(len(bytearray(b"x") * (150 << 20)))
