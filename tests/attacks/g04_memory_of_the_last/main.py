import torch

# As shared/gpu_victim.py wrote it: units of 64 bytes, which begin with these eight.
mark = torch.frombuffer(bytearray(b"CANARY-p"), dtype=torch.int64).item()
blocks, seen = [], b""
while len(blocks) < 10_000 and not seen:
    try:
        block = torch.empty(32 << 20, dtype=torch.int64, device="cuda")
    except torch.OutOfMemoryError:
        break
    blocks.append(block)
    places = (block == mark).nonzero()
    if len(places):
        start = int(places[0])
        seen = bytes(block[start : start + 8].view(torch.uint8).cpu().numpy())
print("read", len(blocks) > 0, seen)
