import torch

x = torch.tensor([[10., 20.]])

fc = torch.nn.Linear(2, 3)

w = torch.tensor([[11., 12.], [21., 22.], [31., 32]])
fc.weight.data = w

b = torch.tensor([[31., 32., 33.]])
fc.bias.data = b

fc_out = fc(x)

fc_out_alternative = torch.zeros(1, 3)
for neuron in range(3):
    total = b[0, neuron]
    for component in range(2):
        total = total + x[0, component] * w[neuron, component]
    fc_out_alternative[0, neuron] = total
