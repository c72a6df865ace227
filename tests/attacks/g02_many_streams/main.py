import torch

streams = [torch.cuda.Stream() for _ in range(64)]
print("started", flush=True)
for _ in range(100):
    for stream in streams:
        with torch.cuda.stream(stream):
            torch.cuda._sleep(1 << 40)
torch.cuda.synchronize()
print("BREACH the kernels have ended")
