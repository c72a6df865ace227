import torch

x, fc = torch.tensor([[10., 20.]]), torch.nn.Linear(2, 3)

fc.weight.data = w = torch.tensor([[11., 12.], [21., 22.], [31., 32]])

b: torch.Tensor = torch.tensor([[31., 32., 33.]])
fc.bias.data = b

fc_out = fc(x)

fc_out_alternative = x @ w.T + b
