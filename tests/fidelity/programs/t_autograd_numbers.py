import torch

x = torch.ones(2, requires_grad=True)
first = x * 2
print(first.grad_fn._sequence_nr(), first.sum().grad_fn._sequence_nr())
torch.optim.Adam([x])
print(first.mean().grad_fn._sequence_nr())
