import torch

tensors = []
for _ in range(40):
    tensors.append(torch.ones(50 << 18))
print("BREACH two gigabytes of tensors")
