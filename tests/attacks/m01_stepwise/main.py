blocks = []
for step in range(1, 41):
    blocks.append(b"x" * (50 << 20))
    print(step * 50, "MB", flush=True)
print("BREACH two gigabytes")
