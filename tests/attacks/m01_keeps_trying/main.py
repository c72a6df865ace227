blocks, refused = [], 0
while refused < 100:
    try:
        blocks.append(b"x" * (50 << 20))
    except MemoryError:
        refused += 1
    if len(blocks) > 12:
        print("BREACH", len(blocks) * 50, "MB")
        break
print("refused", refused, "times")
