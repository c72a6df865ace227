import torch

x = torch.tensor([[10., 20.]])

fc = torch.nn.Linear(2, 3)

w = torch.tensor([[11., 12.], [21., 22.], [31., 32]])
fc.weight.data = w

b = torch.tensor([[31., 32., 33.]])
fc.bias.data = b

fc_out = fc(x)
fc_out_summed = fc_out.sum()
fc_out_summed.backward()

weight_grad = fc.weight.grad
bias_grad = fc.bias.grad


w.requires_grad_(True)
b.requires_grad_(True)
our_formula = x @ w.T + b
(gradient,) = torch.autograd.grad(our_formula.sum(), our_formula, retain_graph=True)
our_formula.backward(gradient)
