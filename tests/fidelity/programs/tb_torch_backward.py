import torch


class Broken(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, gradient):
        raise RuntimeError("no way back")


Broken.apply(torch.ones(1, requires_grad=True)).backward()
