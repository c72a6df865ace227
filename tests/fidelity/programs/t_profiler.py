import os

import torch

# The profiler writes the time of day to stderr.
os.dup2(os.open("/dev/null", os.O_WRONLY), 2)

with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], record_shapes=True) as profile:
    torch.ones(2) @ torch.ones(2)
print(sorted({event.key for event in profile.key_averages()}))
with torch.autograd.profiler.record_function("name"):
    pass
