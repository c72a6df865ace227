import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Log(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        print(func)
        return func(*args, **(kwargs or {}))


class Sub(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        print("function", func.__name__)
        return super().__torch_function__(func, types, args, kwargs or {})


with Log():
    torch.nn.functional.linear(torch.ones(1, 2), torch.ones(3, 2)).relu()
print(torch.ones(2).as_subclass(Sub) + 1)
library = torch.library.Library("mine", "DEF")
library.define("twice(Tensor x) -> Tensor")
library.impl("twice", lambda x: x * 2, "CPU")
print(torch.ops.mine.twice(torch.ones(1)))
