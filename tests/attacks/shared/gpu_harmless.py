"""The harmless run after each attack on a GPU: a student's program that also looks for traces."""

import os

import torch

print(torch.cuda.is_available(), torch.cuda.device_count(), torch.cuda.memory_allocated())
torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2)).cuda()
optimizer = torch.optim.Adam(model.parameters())
x = torch.randn(16, 4, device="cuda")
for _ in range(5):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), x[:, :2])
    loss.backward()
    optimizer.step()
print(loss.item().hex(), model(x)[0])
# Four fifths of what a GPU has: it is there again, whatever the last program took.
free, total = torch.cuda.mem_get_info()
print(free > total // 5 * 4)
print(sorted(name for name in os.listdir("/dev") if "nvidia" in name))
print(torch.get_default_device(), torch.backends.cuda.matmul.allow_tf32)
for name, value in sorted(os.environ.items()):
    print(f"{name}={value}")
