import torch

x = torch.ones(2, requires_grad=True)


def in_place():
    y = x.exp()
    y += 1
    y.sum().backward()


def twice():
    y = (x * x).sum()
    y.backward()
    y.backward()


for attempt in (
    in_place,
    twice,
    lambda: x.add_(1),
    lambda: torch.ones(2) + torch.ones(3),
    lambda: torch.ones(2, 3) @ torch.ones(2, 3),
    lambda: torch.ones(2)[5],
    lambda: torch.tensor([[1], [1, 2]]),
    lambda: x.numpy(),
    lambda: torch.ones(2).view(3),
    lambda: torch.zeros(1, dtype=torch.int64).softmax(0),
    lambda: torch.nn.functional.cross_entropy(torch.ones(2, 3), torch.tensor([0, 7])),
    lambda: torch.nn.Linear(2, 3)(torch.ones(1, 3)),
    lambda: torch.nn.Linear(2, 3).load_state_dict({"weight": torch.ones(1)}),
    lambda: torch.ones(1).backward(),
    lambda: torch.tensor("text"),
    lambda: torch.empty(10**14),
    lambda: bool(torch.ones(2)),
    lambda: torch.load("missing.pt"),
    lambda: torch.nn.Module().missing,
    lambda: torch.nn.Embedding(2, 2)(torch.tensor([5])),
):
    try:
        print(attempt())
    except Exception as error:
        print(type(error).__name__, str(error).split(" at 0x")[0])
