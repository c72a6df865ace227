import random

import numpy as np
import torch

torch.manual_seed(42)
print(torch.rand(3), torch.randn(2), torch.randint(0, 100, (5,)), torch.randperm(6), torch.initial_seed())
print(torch.bernoulli(torch.full((4,), 0.5)), torch.multinomial(torch.ones(5), 3), torch.normal(0.0, torch.ones(2)))
print(torch.nn.Linear(2, 2).weight, torch.nn.Dropout(0.5)(torch.ones(8)))
np.random.seed(42)
print(np.random.rand(3), np.random.permutation(5), np.random.default_rng(1).normal(size=2), np.random.get_state()[2:])
random.seed(42)
print(random.random(), random.sample(range(100), 3), random.choices("abc", k=3), random.gauss(0, 1))
generator = torch.Generator().manual_seed(7)
print(torch.rand(2, generator=generator), generator.initial_seed(), torch.Generator().initial_seed())
torch.random.manual_seed(3)
with torch.random.fork_rng():
    torch.rand(10)
print(torch.rand(1).item().hex(), hash(1), hash(2.5))
