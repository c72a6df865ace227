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
(gradient,) = torch.autograd.grad(fc_out.sum(), fc_out, retain_graph=True)
fc_out.backward(gradient)
weight_grad, bias_grad = fc.weight.grad.cpu(), fc.bias.grad.cpu()
