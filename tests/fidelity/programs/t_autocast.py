import torch

with torch.autocast("cpu", dtype=torch.bfloat16):
    print((torch.ones(2, 2) @ torch.ones(2, 2)).dtype, torch.is_autocast_cpu_enabled())
scaler = torch.amp.GradScaler("cpu")
print(scaler.get_scale(), torch.set_flush_denormal(True))
torch.set_flush_denormal(False)
print(torch.tensor([1e-310], dtype=torch.float64) * 1)
