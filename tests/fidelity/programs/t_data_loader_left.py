import torch
from torch.utils.data import DataLoader

iterator = iter(DataLoader(torch.arange(100.0), num_workers=2, batch_size=10))
print(next(iterator))
print("end of main, workers alive")
