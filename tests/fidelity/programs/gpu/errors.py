import torch

for attempt in (
    lambda: torch.ones(2, device="cuda") + torch.ones(2),
    lambda: torch.ones(2, device="cuda:1"),
    lambda: torch.ones(2, device="cuda").numpy(),
    lambda: torch.nn.Linear(2, 2)(torch.ones(1, 2, device="cuda")),
    lambda: torch.ones(2, 3, device="cuda") @ torch.ones(2, 3, device="cuda"),
    lambda: torch.cuda.set_device(3),
    lambda: torch.load("nothing", map_location="cuda"),
):
    try:
        print(attempt())
    except Exception as error:
        print(type(error).__name__, str(error)[:200])
print(torch.ones(2, device="cuda"))
