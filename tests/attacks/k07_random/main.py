total = 0
with open("/dev/random", "rb", buffering=0) as device:
    while total < 64 << 20:
        total += len(device.read(min(1 << 20, (64 << 20) - total)))
print(total, "bytes")
