import torch

x = torch.arange(4.0, device="cuda")
try:
    print("compile:", torch.compile(lambda x: x * 2 + 1)(x).tolist())
except Exception as error:
    print("compile:", type(error).__name__)
