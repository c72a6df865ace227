import torch

torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(4, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3)).cuda()
x = torch.randn(128, 4, device="cuda")
y = x.argmax(dim=1) % 3
for name in ("SGD", "Adam", "AdamW", "RMSprop"):
    optimizer = getattr(torch.optim, name)(net.parameters(), lr=0.01)
    for _ in range(10):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
    print(name, loss.item().hex())
