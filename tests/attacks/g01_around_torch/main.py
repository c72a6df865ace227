import ctypes

import torch

driver = ctypes.CDLL("libcuda.so.1")
torch.cuda.set_per_process_memory_fraction(1.0)
address = ctypes.c_uint64()
for size in (1 << 30, 64 << 20, 2 << 20):
    for _ in range(10_000):
        if driver.cuMemAlloc_v2(ctypes.byref(address), ctypes.c_size_t(size)):
            break
    else:
        print("BREACH no end of blocks of", size)
print("refused at last")
