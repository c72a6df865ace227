import torch
from torch.utils.data import DataLoader, TensorDataset

data = TensorDataset(torch.arange(20.0).unsqueeze(1), torch.arange(20))
for workers in (0, 2):
    total = torch.zeros(1, device="cuda")
    for x, y in DataLoader(data, batch_size=4, num_workers=workers, pin_memory=True):
        total += (x.cuda(non_blocking=True).squeeze(1) * y.cuda(non_blocking=True)).sum()
    print(workers, total, x.is_pinned())
