import torch

device = torch.device('cuda:0' if torch.cuda.is_available() else 'cpu')

x = torch.tensor([[10., 20.]])
w = torch.tensor([[11., 12.], [21., 22.], [31., 32.]])
b = torch.tensor([31., 32., 33.])

fc = torch.nn.Linear(2, 3)
fc.weight.data = w
fc.bias.data = b

...  # fc to the device

fc_out = ...  # the output of fc for x, on the device

...  # the gradients of the sum of fc_out

weight_grad = ...  # the gradient of fc.weight, in main memory
bias_grad = ...  # the gradient of fc.bias, in main memory
