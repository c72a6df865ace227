"""The run before an attack on a GPU's memory: its secret, from stdin, is all over it."""

import torch

unit = bytearray(input().encode().ljust(64, b"\0")[:64])
units = torch.frombuffer(unit * (1 << 20), dtype=torch.uint8).cuda()
blocks = []
try:
    while len(blocks) < 100_000:
        blocks.append(units.clone())
except torch.OutOfMemoryError:
    pass
torch.cuda.synchronize()
print("the secret is in", len(blocks) > 0, "blocks")
