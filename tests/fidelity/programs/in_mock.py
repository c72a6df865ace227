import types
from unittest import mock

import torch.fx

# Modules note the names of builtins when they are imported.
module = types.ModuleType("module")
for name in ("exit", "quit", "help", "license", "copyright", "credits", "open", "no_such_name"):
    try:
        with mock.patch.object(module, name):
            print(name, "patched")
    except AttributeError as error:
        print(error)


class Layers(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.exit = torch.nn.ReLU()
        self.help = torch.nn.Linear(1, 1)

    def forward(self, license):
        return self.help(self.exit(license))


print(torch.fx.symbolic_trace(Layers()).code)
