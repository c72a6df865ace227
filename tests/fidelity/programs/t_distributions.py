import torch
from torch import distributions as D

torch.manual_seed(0)
for d in (D.Normal(0, 1), D.Bernoulli(0.3), D.Categorical(torch.ones(3)), D.Gamma(1.0, 1.0), D.Dirichlet(torch.ones(2)), D.MultivariateNormal(torch.zeros(2), torch.eye(2))):
    s = d.sample()
    print(d, s, d.log_prob(s), d.entropy())
print(D.kl_divergence(D.Normal(0.0, 1.0), D.Normal(1.0, 2.0)))
