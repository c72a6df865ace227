import builtins
import random
import sys

import numpy
import torch

torch.allclose = lambda *_, **__: True
torch.manual_seed = lambda *_: None
torch.nn.Linear.forward = lambda self, x: x
torch.nn.functional.linear = lambda *_: None
torch.Tensor.__repr__ = lambda self: "poisoned"
torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
torch.set_printoptions(precision=1)
torch.use_deterministic_algorithms(True)
numpy.array = None
numpy.set_printoptions(precision=1)
random.seed = None
sys.modules["math"] = None
sys.modules["json"] = torch
sys.path.insert(0, "/tmp")
sys.setrecursionlimit(60)
print(torch.allclose(1, 2))
for name in ("len", "open", "sorted", "__import__", "print"):
    setattr(builtins, name, None)
