import torch

net = torch.nn.Linear(8, 8).cuda()
torch.nn.init.ones_(net.weight)
torch.nn.init.zeros_(net.bias)
scaler = torch.amp.GradScaler("cuda")
with torch.autocast("cuda", dtype=torch.float16):
    out = net(torch.ones(2, 8, device="cuda"))
print(out, out.dtype)
scaler.scale(out.float().sum()).backward()
print(net.bias.grad, scaler.get_scale())
