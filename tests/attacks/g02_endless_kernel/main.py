import ctypes

import torch

PTX = b"""
.version 6.3
.target sm_75
.address_size 64
.visible .entry spin()
{
again:
    bra again;
}
"""
torch.ones(1, device="cuda")
driver = ctypes.CDLL("libcuda.so.1")
module, kernel = ctypes.c_void_p(), ctypes.c_void_p()
assert driver.cuModuleLoadData(ctypes.byref(module), PTX) == 0
assert driver.cuModuleGetFunction(ctypes.byref(kernel), module, b"spin") == 0
print("started", flush=True)
assert driver.cuLaunchKernel(kernel, 1000, 1, 1, 1024, 1, 1, 0, None, None, None) == 0
torch.cuda.synchronize()
print("BREACH the kernel has ended")
