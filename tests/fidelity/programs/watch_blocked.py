# A library that must not be there, as torch sees it too.
import sys

sys.modules["numpy"] = None
try:
    import numpy
except ImportError as error:
    print(error)
import torch

try:
    torch.ones(1).numpy()
except RuntimeError as error:
    print(error)
