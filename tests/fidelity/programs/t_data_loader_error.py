from torch.utils.data import DataLoader


class Broken(list):
    def __getitem__(self, i):
        if i == 3:
            raise KeyError(f"item {i}")
        return i


for batch in DataLoader(Broken(range(6)), num_workers=1):
    print(batch, flush=True)
