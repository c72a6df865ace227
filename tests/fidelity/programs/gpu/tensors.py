import torch

x = torch.arange(12.0, device="cuda").reshape(3, 4)
print(x, x.T @ x, x.sum(), x.mean(dim=0), x > 5, x[1, ::2], sep="\n")
print(x.device, x.dtype, x.is_cuda, torch.zeros(2).device, x.cpu().device)
print(torch.linspace(0, 1, 5, device="cuda"), torch.eye(3, device="cuda", dtype=torch.float64))
print(torch.sort(torch.tensor([3, 1, 2], device="cuda")), torch.cumsum(x, 1), sep="\n")
