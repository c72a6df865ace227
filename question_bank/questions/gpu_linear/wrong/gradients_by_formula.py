import torch

device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')

x = torch.tensor([[10., 20.]])
w = torch.tensor([[11., 12.], [21., 22.], [31., 32.]])
b = torch.tensor([31., 32., 33.])

fc = torch.nn.Linear(2, 3)
fc.weight.data = w
fc.bias.data = b


fc.to(device)
fc_out = fc(x.to(device))
fc_out.sum().backward()
weight_grad = x.repeat(3, 1)
bias_grad = torch.ones(3)
