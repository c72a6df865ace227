import torch

def books():
    return (torch.cuda.memory_allocated(), torch.cuda.memory_reserved(),
            torch.cuda.max_memory_allocated(), torch.cuda.max_memory_reserved())


torch.ones(1, device="cuda")
print(books())
x = torch.empty(1 << 20, device="cuda")
print(books())
del x
print(books())
torch.cuda.empty_cache()
print(books())
stats = torch.cuda.memory_stats()
print({name: value for name, value in stats.items() if name.startswith("num_")})
