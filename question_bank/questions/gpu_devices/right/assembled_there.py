import torch

device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')

a = torch.tensor([[1., 2.], [3., 4.]], device=device)
b = torch.tensor([[10., 20.], [30., 40.]])

on_device = torch.empty_like(a)
on_device.copy_(b)
on_device += a
on_cpu = torch.zeros(2, 2)
on_cpu.copy_(on_device)
