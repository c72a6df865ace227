import torch

torch.manual_seed(0)
torch.backends.cudnn.benchmark = False
torch.backends.cudnn.deterministic = True
net = torch.nn.Sequential(
    torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
    torch.nn.Flatten(), torch.nn.Dropout(0.5), torch.nn.Linear(4 * 13 * 13, 10),
).cuda()
out = net(torch.randn(2, 1, 28, 28, device="cuda"))
out.sum().backward()
print(out, net[0].weight.grad.sum())
