import ctypes
import os

nvml = ctypes.CDLL("libnvidia-ml.so.1")
nvml.nvmlInit_v2()
count = ctypes.c_uint()
nvml.nvmlDeviceGetCount_v2(ctypes.byref(count))
usable = []
for index in range(count.value):
    device = ctypes.c_void_p()
    if nvml.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(device)) == 0:
        usable.append(device)
if len(usable) > 1:
    print("BREACH", len(usable), "GPUs")
uint = ctypes.c_uint
# What is so already: an order that is obeyed shows the breach, and changes nothing.
orders = ("PersistenceMode", "ComputeMode", "PowerManagementLimit", "EccMode", "AccountingMode")
for device in usable:
    for name in orders:
        now, pending = uint(), uint()
        answers = [ctypes.byref(now), ctypes.byref(pending)][: 1 + (name == "EccMode")]
        if getattr(nvml, "nvmlDeviceGet" + name)(device, *answers) == 0:
            if getattr(nvml, "nvmlDeviceSet" + name)(device, now) == 0:
                print("BREACH", name)


class Process(ctypes.Structure):
    _fields_ = [("pid", uint), ("bytes", ctypes.c_ulonglong), ("a", uint), ("b", uint)]


for device in usable:
    length = uint(100)
    processes = (Process * 100)()
    if nvml.nvmlDeviceGetComputeRunningProcesses_v3(device, ctypes.byref(length), processes) == 0:
        others = {one.pid for one in processes[: length.value]} - {os.getpid()}
        if any(os.path.exists(f"/proc/{pid}") for pid in others):
            print("BREACH processes", others)
for name in sorted(os.listdir("/dev")):
    if name.startswith("nvidia") and name not in {"nvidiactl", "nvidia-uvm", "nvidia-caps"}:
        if not name.removeprefix("nvidia").isdigit():
            print("BREACH /dev/" + name)
print("asked")
