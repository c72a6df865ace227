import torch
from torch.utils.checkpoint import checkpoint


class Nested(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, depth):
        ctx.depth = depth
        ctx.save_for_backward(x)
        return x * 2

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        if ctx.depth:
            with torch.enable_grad():
                x = x.detach().requires_grad_()
                Nested.apply(x, ctx.depth - 1).backward(g)
            return x.grad, None
        return g * 2, None


# Deeper than 60 levels the engine goes on in a thread of its own.
x = torch.ones(1, requires_grad=True)
Nested.apply(x, 80).backward()
print(x.grad)
layer = torch.nn.Linear(2, 2)
torch.nn.init.ones_(layer.weight)
for reentrant in (True, False):
    x = torch.ones(1, 2, requires_grad=True)
    checkpoint(layer, x, use_reentrant=reentrant).sum().backward()
    print(x.grad)
