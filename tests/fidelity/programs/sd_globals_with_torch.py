import torch


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)
        self.layer.register_forward_hook(lambda *_: print("hook"))

    def forward(self, x):
        return self.layer(x)

    def __del__(self):
        print("model gone", torch is not None, sum(p.numel() for p in self.parameters()))


class Plain:
    def __del__(self):
        print("plain gone", torch.ones(2).sum().item(), len([1, 2]))


model = Model()
plain = Plain()
output = model(torch.ones(1, 1))
print("end of main")
