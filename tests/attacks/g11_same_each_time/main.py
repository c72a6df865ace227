import torch

torch.manual_seed(3)
net = torch.nn.Sequential(torch.nn.Linear(8, 64), torch.nn.Tanh(), torch.nn.Linear(64, 1)).cuda()
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
x = torch.randn(256, 8, device="cuda")
y = x.sum(dim=1, keepdim=True).sin()
for _ in range(50):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
print(loss.item().hex(), [p.sum().item().hex() for p in net.parameters()])
