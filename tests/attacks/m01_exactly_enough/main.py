print(len(b"x" * (150 << 20)))
