import torch

torch.manual_seed(0)
x = torch.randn(256, 10)
y = x @ torch.arange(10.0) + torch.randn(256) * 0.1
model = torch.nn.Sequential(torch.nn.Linear(10, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
for optimizer in (
    torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, nesterov=True),
    torch.optim.Adam(model.parameters(), lr=0.01),
    torch.optim.AdamW(model.parameters()),
    torch.optim.RMSprop(model.parameters()),
    torch.optim.Adagrad(model.parameters()),
    torch.optim.LBFGS(model.parameters(), max_iter=5),
):
    def closure():
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x).squeeze(), y)
        loss.backward()
        return loss

    for _ in range(10):
        loss = optimizer.step(closure)
    print(type(optimizer).__name__, loss.item().hex())
print(optimizer)
for p in model.parameters():
    print(p.sum().item().hex(), p.grad.norm().item().hex())
