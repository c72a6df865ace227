import torch

torch.manual_seed(0)
for tensor in (
    torch.arange(3), torch.rand(2, 3), torch.rand(2, 2) * 1e10, torch.tensor(1.5), torch.tensor([]), torch.tensor([True]),
    torch.rand(100, 100), torch.zeros(2, requires_grad=True), torch.zeros(2, requires_grad=True) * 2, torch.ones(2, dtype=torch.int8),
    torch.tensor([float("nan"), float("inf"), -0.0]), torch.complex(torch.ones(1), torch.ones(1)), torch.rand(2, 2).to_sparse(),
    torch.empty(0, 3), torch.nn.Parameter(torch.ones(1)), torch.tensor([1e-8, 1.0]), torch.ones(1, device="meta"),
):
    print(tensor)
torch.set_printoptions(precision=2, sci_mode=False, linewidth=40, threshold=5)
print(torch.rand(3, 5), f"{torch.tensor(3.14159):.2f}", str(torch.float32), repr(torch.Size([1, 2])), torch.device("cpu"))
print(torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.ModuleDict({"a": torch.nn.ReLU()}), torch.nn.ModuleList([torch.nn.Identity()])))
print(torch.optim.Adam([torch.nn.Parameter(torch.ones(1))]), torch.nn.CrossEntropyLoss(), torch.finfo(torch.float16))
