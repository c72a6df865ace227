import torch
import torch.distributed as dist

dist.init_process_group("gloo", init_method="file:///tmp/rendezvous", rank=0, world_size=1)
tensor = torch.ones(2)
dist.all_reduce(tensor)
dist.broadcast(tensor, 0)
model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(2, 1))
model(torch.ones(1, 2)).sum().backward()
print(tensor, model.module.weight.grad, dist.is_initialized())
dist.destroy_process_group()
