import os

import torch

torch.set_num_threads(2)
a = torch.ones(600, 600)
print((a @ a).sum().item(), flush=True)
pid = os.fork()
if pid == 0:
    torch.set_num_threads(1)
    print("child", (a @ a).sum().item(), flush=True)
    os._exit(0)
os.waitpid(pid, 0)
print((a @ a).sum().item())
