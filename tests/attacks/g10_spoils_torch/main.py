import torch

torch.cuda.is_available = lambda: False
torch.cuda.synchronize = torch.cuda.empty_cache = torch.cuda.mem_get_info = None
torch.set_default_device("cuda")
torch.backends.cuda.matmul.allow_tf32 = True
torch.use_deterministic_algorithms(True)
torch.cuda.set_per_process_memory_fraction(0.01)
torch.cuda.manual_seed_all(7)
torch.cuda._lazy_init = None
print("spoilt")
