import ctypes

import torch

# The driver maps it as shared memory, which no limit on a process counts.
torch.ones(1, device="cuda")
driver = ctypes.CDLL("libcuda.so.1")
address, taken = ctypes.c_void_p(), 0
while driver.cuMemHostAlloc(ctypes.byref(address), ctypes.c_size_t(256 << 20), 0) == 0:
    taken += 256
    if taken > 6000:
        raise SystemExit("BREACH 6 GB of pinned memory")
raise SystemExit("refused at last")
