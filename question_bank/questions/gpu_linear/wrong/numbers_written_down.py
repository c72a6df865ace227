import torch

device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')

x = torch.tensor([[10., 20.]])
w = torch.tensor([[11., 12.], [21., 22.], [31., 32.]])
b = torch.tensor([31., 32., 33.])

fc = torch.nn.Linear(2, 3)
fc.weight.data = w
fc.bias.data = b

fc.to(device)
fc_out = torch.tensor([[381., 682., 983.]], device=device)
weight_grad = torch.tensor([[10., 20.], [10., 20.], [10., 20.]])
bias_grad = torch.tensor([1., 1., 1.])
