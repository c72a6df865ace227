# Parts that a warm interpreter may have set up already.
import torch

print(torch.optim.Adam.__module__, torch.nn.functional.one_hot(torch.tensor([1])), torch.linalg.norm(torch.ones(2)))
print(hasattr(torch, "fft"), torch.masked.sum(torch.ones(2)), torch.special.expit(torch.zeros(1)))
print(torch.utils.data.default_collate([1, 2]), torch.sparse.mm(torch.eye(2).to_sparse(), torch.eye(2)))
print(torch.testing.assert_close(torch.ones(1), torch.ones(1)), torch.ao.nn.__name__)
try:
    torch.testing.assert_close(torch.ones(2), torch.tensor([1.0, 2.0]))
except AssertionError as error:
    print(error)
print(torch.nn.functional.pad(torch.ones(1, 1), (1, 1)), torch.histc(torch.arange(4.0), 2), torch.vmap(torch.sum)(torch.ones(2, 2)))
