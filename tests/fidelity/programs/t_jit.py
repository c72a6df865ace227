import torch


def f(x, n: int):
    for i in range(n):
        x = x + i
    return x


scripted = torch.jit.script(f)
print(scripted.code, scripted(torch.ones(1), 3))
traced = torch.jit.trace(lambda x: x * 2 + 1, torch.ones(2))
print(traced.graph.__class__.__name__, traced(torch.ones(3)))
module = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU()))
print(module.original_name, len(module.code) > 0)


def bad(x):
    return x.no_such_method()


torch.jit.script(bad)
