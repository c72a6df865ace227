import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, get_worker_info, random_split


class Squares(Dataset):
    def __len__(self):
        return 10

    def __getitem__(self, i):
        info = get_worker_info()
        return i * i, torch.rand(1), info.id if info else -1


class Stream(IterableDataset):
    def __iter__(self):
        info = get_worker_info()
        yield from range(info.id, 6, info.num_workers)


for workers in (0, 2):
    torch.manual_seed(1)
    loader = DataLoader(Squares(), batch_size=3, shuffle=True, num_workers=workers)
    for _ in range(2):
        for batch in loader:
            print(workers, batch)
print(list(DataLoader(Stream(), num_workers=2, batch_size=None)))
loader = DataLoader(Squares(), num_workers=1, persistent_workers=True, worker_init_fn=lambda n: None)
print(len(list(loader)), len(list(loader)))
print([list(part.indices) for part in random_split(Squares(), [0.5, 0.5], torch.Generator().manual_seed(0))])
