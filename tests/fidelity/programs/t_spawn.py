import torch
import torch.multiprocessing as mp


def work(rank, tensor):
    tensor[rank] = rank + 1


if __name__ == "__main__":
    tensor = torch.zeros(2).share_memory_()
    mp.spawn(work, (tensor,), nprocs=2)
    print(tensor)
