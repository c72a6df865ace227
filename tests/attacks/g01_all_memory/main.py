import torch

blocks = []
while len(blocks) < 10_000:
    blocks.append(torch.empty(256 << 20, dtype=torch.uint8, device="cuda"))
print("BREACH 2.5 terabytes")
