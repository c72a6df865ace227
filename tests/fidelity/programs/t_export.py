import torch

traced = torch.export.export(torch.nn.Linear(2, 1), (torch.ones(1, 2),))
print(traced.graph_module.code)
print(torch.func.functional_call(torch.nn.Linear(1, 1), {"weight": torch.ones(1, 1), "bias": torch.ones(1)}, torch.ones(1)))
