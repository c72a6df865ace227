import torch

device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')

a = torch.tensor([[1., 2.], [3., 4.]], device=device)
b = torch.tensor([[10., 20.], [30., 40.]])

on_device = b.to(a) + a
on_cpu = a.to(b.device) + b
