import torch
from torch import fx


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)

    def forward(self, x):
        return torch.relu(self.layer(x) + x)


traced = fx.symbolic_trace(Net())
print(traced.graph, traced.code)
