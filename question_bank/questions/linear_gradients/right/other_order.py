import torch
import torch.nn.functional as F

w = torch.tensor([[11., 12.], [21., 22.], [31., 32.]])
b = torch.tensor([[31., 32., 33.]])
x = torch.tensor([[10., 20.]])

w.requires_grad_()
b.requires_grad_()
our_formula = F.linear(x, w, b)
our_formula.sum().backward()

fc = torch.nn.Linear(2, 3)
fc.weight.data = w.detach()
fc.bias.data = b.detach()

fc_out = fc(x)
fc_out_summed = fc_out.sum()
fc_out_summed.backward()

weight_grad = fc.weight.grad
bias_grad = fc.bias.grad
