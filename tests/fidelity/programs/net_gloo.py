import os

import torch
import torch.distributed as dist
import torch.multiprocessing as mp


def work(rank, world):
    # Without IPv6, torch warns of it as often as it happens to try.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.environ["MASTER_ADDR"], os.environ["MASTER_PORT"] = "127.0.0.1", "29501"
    dist.init_process_group("gloo", rank=rank, world_size=world)
    tensor = torch.full((3,), float(rank + 1))
    dist.all_reduce(tensor)
    gathered = [torch.zeros(3) for _ in range(world)]
    dist.all_gather(gathered, tensor * (rank + 1))
    if rank == 0:
        print(tensor, gathered, dist.get_backend(), dist.get_world_size())
    dist.destroy_process_group()


if __name__ == "__main__":
    processes = [mp.get_context("fork").Process(target=work, args=(rank, 2)) for rank in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print([process.exitcode for process in processes])
