import torch

torch.autograd.set_detect_anomaly(True)
x = torch.tensor([0.0], requires_grad=True)


def loss(x):
    return (torch.sqrt(x) * 0).sum()


loss(x).backward()
