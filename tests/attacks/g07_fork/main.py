import os
import warnings

import torch

# From Python 3.12 on: a context has threads.
warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)

torch.ones(1, device="cuda")
pid = os.fork()
if pid == 0:
    try:
        print(torch.ones(1, device="cuda"), flush=True)
    except RuntimeError as error:
        print(error, flush=True)
    os._exit(0)
print("ended", os.waitpid(pid, 0)[1])
