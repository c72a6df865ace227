import os

import torch

print(torch.cuda.is_available(), torch.cuda.device_count(), torch.cuda.get_device_name())
print(torch.cuda.get_device_capability(), torch.cuda.current_device(), torch.get_default_device())
print(torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.enabled, torch.version.cuda)
print(torch.get_num_threads(), os.environ.get("CUDA_VISIBLE_DEVICES"), torch.are_deterministic_algorithms_enabled())
print(torch.accelerator.is_available(), torch.accelerator.current_accelerator())
