import errno

written = 0
with open("big", "wb", buffering=0) as file:
    try:
        for _ in range(40):
            written += file.write(b"x" * 500_000)
        print("BREACH", written)
    except OSError as error:
        print(errno.errorcode[error.errno], "after", written // 1_024_000, "MB")
