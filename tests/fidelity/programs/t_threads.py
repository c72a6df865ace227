import os

import torch

print(torch.get_num_threads(), torch.get_num_interop_threads(), torch.__config__.parallel_info())
torch.manual_seed(0)
big = torch.randn(700, 700)
print((big @ big).sum().item().hex(), len(os.listdir("/proc/self/task")))
torch.set_num_threads(2)
print(torch.get_num_threads(), (big @ big).sum().item().hex(), big.exp().sum().item().hex())
torch.set_num_threads(1)
print((big @ big).sum().item().hex())
torch.set_num_interop_threads(2)
print(torch.get_num_interop_threads(), torch.jit.wait(torch.jit.fork(torch.add, torch.ones(1), 1)))
