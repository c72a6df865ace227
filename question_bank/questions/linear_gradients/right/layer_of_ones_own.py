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


class MyLinear(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(w)
        self.b = torch.nn.Parameter(b)

    def forward(self, inputs):
        return inputs @ self.w.T + self.b


net = MyLinear()
torch.optim.SGD(net.parameters(), lr=0.1).zero_grad()
(our_formula := net(x)).sum().backward()
w, b = net.w, net.b
