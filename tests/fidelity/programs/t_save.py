import io
import os

import torch


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(2, 2)
        self.register_buffer("count", torch.zeros(1))

    def forward(self, x):
        return self.layer(x)


torch.manual_seed(0)
net = Net()
torch.save(net.state_dict(), "weights.pt")
torch.save(net, "net.pt")
print(torch.load("weights.pt"), os.path.getsize("weights.pt") > 0)
try:
    torch.load("net.pt")
except Exception as error:
    print(type(error).__name__, str(error)[:300])
print(torch.load("net.pt", weights_only=False), net.state_dict().keys(), list(net.named_modules())[0][0])
buffer = io.BytesIO()
torch.save({"a": [torch.ones(1), 2]}, buffer)
buffer.seek(0)
print(torch.load(buffer), Net.__module__)
