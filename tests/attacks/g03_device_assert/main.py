import torch

table = torch.zeros(2, 2, device="cuda")
print(table[torch.tensor([5], device="cuda")].cpu())
