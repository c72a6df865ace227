import torch

fc = torch.nn.Linear(2, 3).cuda()
with torch.no_grad():
    fc.weight.copy_(torch.tensor([[11.0, 12.0], [21.0, 22.0], [31.0, 32.0]]))
    fc.bias.copy_(torch.tensor([31.0, 32.0, 33.0]))
out = fc(torch.tensor([[10.0, 20.0]], device="cuda"))
print(out)
out.sum().backward()
print(fc.weight.grad, fc.bias.grad, fc)
