import torch


@torch.compile(backend="eager", fullgraph=True)
def f(x):
    print("a break")
    return x + missing


f(torch.ones(1))
