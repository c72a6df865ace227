import os

import torch

# On the CPU, in a child: no thread of the GPU's may stand in its way.
pid = os.fork()
if pid == 0:
    x = torch.ones(2, requires_grad=True)
    (x * 3).sum().backward()
    print(x.grad, flush=True)
    os._exit(0)
print(os.waitpid(pid, 0)[1])
