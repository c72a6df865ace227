import ctypes

import torch

PTX = b"""
.version 6.3
.target sm_75
.address_size 64
.visible .entry wild()
{
    .reg .b64 %place;
    .reg .b32 %value;
    mov.u64 %place, 64;
    mov.u32 %value, 1;
    st.global.u32 [%place], %value;
    ret;
}
"""
torch.ones(1, device="cuda")
driver = ctypes.CDLL("libcuda.so.1")
module, kernel = ctypes.c_void_p(), ctypes.c_void_p()
assert driver.cuModuleLoadData(ctypes.byref(module), PTX) == 0
assert driver.cuModuleGetFunction(ctypes.byref(kernel), module, b"wild") == 0
assert driver.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, None, None, None) == 0
torch.cuda.synchronize()
print("BREACH nobody minded")
