import torch
from torch import nn

w = torch.tensor([[11., 12.], [21., 22.], [31., 32.]])
b = torch.tensor([[31., 32., 33.]])
x = torch.FloatTensor([[10, 20]])

with torch.no_grad():
    fc_out_alternative = torch.tensordot(x, w, dims=([1], [1])) + b

fc = nn.Linear(2, 3)
fc.weight.data = w
fc.bias.data = b
fc_out = fc(x)
