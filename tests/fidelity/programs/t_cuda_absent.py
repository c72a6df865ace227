import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
print(device, torch.ones(1, device=device))
for attempt in (lambda: torch.ones(1, device="cuda"), lambda: torch.cuda.current_device(), lambda: torch.cuda.synchronize(), lambda: torch.device("cuda:0")):
    try:
        print(attempt())
    except Exception as error:
        print(type(error).__name__, error)
torch.nn.Linear(1, 1).cuda()
