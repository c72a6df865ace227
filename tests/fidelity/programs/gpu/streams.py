import torch

stream = torch.cuda.Stream()
start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
with torch.cuda.stream(stream):
    start.record()
    x = torch.ones(1000, 1000, device="cuda") @ torch.ones(1000, 1000, device="cuda")
    end.record()
stream.synchronize()
print(x[0, 0].item(), start.elapsed_time(end) > 0, stream.query(), torch.cuda.current_device())
