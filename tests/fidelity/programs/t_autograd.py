import torch
from torch.autograd.functional import hessian, jacobian


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        print("backward", g)
        (x,) = ctx.saved_tensors
        return 2 * x * g


x = torch.tensor([1.0, 2.0], requires_grad=True)
x.register_hook(lambda g: print("hook", g))
y = Square.apply(x).sum()
print(y, y.grad_fn.name(), y.grad_fn.next_functions[0][0].name())
y.backward(retain_graph=True)
y.backward()
print(x.grad, torch.autograd.grad((x**3).sum(), x, create_graph=True))
print(jacobian(lambda t: t**2, x), hessian(lambda t: (t**3).sum(), x))
print(torch.func.vmap(torch.func.grad(lambda t: t.sin()))(torch.arange(3.0)))
with torch.no_grad():
    print((x * 2).requires_grad)
print(torch.autograd.gradcheck(Square.apply, torch.ones(1, dtype=torch.double, requires_grad=True)))
