import torch

table = torch.zeros(2, 2, device="cuda")
try:
    print(table[torch.tensor([5], device="cuda")].cpu())
except RuntimeError as error:
    print(str(error).splitlines()[0])
raise SystemExit(4)
