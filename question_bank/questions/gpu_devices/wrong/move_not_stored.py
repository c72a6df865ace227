import torch

device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')

a = torch.tensor([[1., 2.], [3., 4.]], device=device)
b = torch.tensor([[10., 20.], [30., 40.]])

b.to(device)
on_device = a + b
a.cpu()
on_cpu = a + b
