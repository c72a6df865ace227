import torch

x = torch.tensor([[10., 20.]])

fc = torch.nn.Linear(2, 3)

w = torch.tensor([[11., 12.], [21., 22.], [31., 32]])
fc.weight.data = w

b = torch.tensor([[31., 32., 33.]])
fc.bias.data = b

fc_out = fc(x)

fc_out_alternative = torch.stack([row @ x[0] for row in w]) + b.flatten()
