import torch

weights = torch.ones(2, 2, device="cuda", requires_grad=True)
(weights * 2).backward()
