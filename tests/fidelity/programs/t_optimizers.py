# Optimizers of the program's own: hooks are called once, by the outermost step.
import torch


class Loud(torch.optim.Adam):
    def step(self, closure=None):
        print("step")
        return super().step(closure)


class Quiet(torch.optim.Adam):
    pass


parameter = torch.nn.Parameter(torch.ones(2))
parameter.grad = torch.ones(2)
for kind in (Loud, Quiet, torch.optim.Adam, torch.optim.SGD):
    print(kind.__name__, [(one.__name__, hasattr(one.step, "hooked")) for one in kind.__mro__[:-1]])
    optimizer = kind([parameter], lr=0.1)
    optimizer.register_step_pre_hook(lambda *_: print("before"))
    optimizer.register_step_post_hook(lambda *_: print("after"))
    optimizer.step()
    print(parameter.data, kind.step is torch.optim.Adam.step, kind.step.__code__.co_name)
