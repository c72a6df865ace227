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
w.grad, b.grad = torch.zeros_like(w), torch.zeros_like(b)
with torch.no_grad():
    for t in (w, b):
        for place in range(t.numel()):
            t.flatten()[place] += 1
            t.grad.flatten()[place] = (x @ w.T + b).sum() - our_formula.sum()
            t.flatten()[place] -= 1
