import ctypes
import os
import random

import torch

torch.ones(1, device="cuda")
driver = ctypes.CDLL("libcuda.so.1")


class Handle(ctypes.Structure):
    _fields_ = [("data", ctypes.c_ubyte * 64)]


pointer = ctypes.c_uint64()
for seed in range(100):
    handle = Handle((ctypes.c_ubyte * 64)(*random.Random(seed).randbytes(64)))
    if driver.cuIpcOpenMemHandle_v2(ctypes.byref(pointer), handle, 1) == 0:
        print("BREACH a handle that nobody gave")
for place in ("/tmp/nvidia-mps", "/var/log/nvidia-mps", "/run/nvidia-persistenced", "/run/nvidia"):
    if os.path.exists(place):
        print("BREACH", place)
for name in os.environ:
    if "MPS" in name:
        print("BREACH", name)
if os.listdir("/dev/shm"):
    print("BREACH", os.listdir("/dev/shm"))
print("closed")
