import torch

print(torch.get_default_dtype(), torch.get_default_device(), torch.is_grad_enabled(), torch.is_inference_mode_enabled())
print(torch.is_anomaly_enabled(), torch.is_autocast_enabled(), torch.are_deterministic_algorithms_enabled(), torch.is_warn_always_enabled())
print(torch.get_float32_matmul_precision(), torch.backends.mkldnn.enabled, torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark)
print(torch._tensor_str.PRINT_OPTS, torch.get_deterministic_debug_mode(), torch.overrides.is_tensor_like(1))
print(torch.cuda.is_available(), torch.cuda.device_count(), torch.cuda.is_initialized(), torch.accelerator.is_available())
print(torch.utils.data.get_worker_info(), torch.nn.parameter.Parameter, torch.is_storage(1), torch.__version__)
print(torch.autograd._profiler_enabled(), torch.backends.cpu.get_cpu_capability(), torch.backends.mkl.is_available())
print(torch.hub.get_dir(), torch.multiprocessing.get_sharing_strategy(), torch.distributed.is_available())
