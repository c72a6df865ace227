import torch

torch.empty(10**12)
print("BREACH four terabytes")
