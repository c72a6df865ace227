import torch

kept = [torch.empty(1 << 28) for _ in range(20)]
print("BREACH twenty gigabytes")
