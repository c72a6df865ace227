import torch

x = torch.ones(4, device="cuda")
y = torch.zeros(4, device="cuda")
side = torch.cuda.Stream()
side.wait_stream(torch.cuda.current_stream())
with torch.cuda.stream(side):
    y.copy_(x * 2)
torch.cuda.current_stream().wait_stream(side)
graph = torch.cuda.CUDAGraph()
with torch.cuda.graph(graph):
    y.copy_(x * 2)
x.fill_(5)
graph.replay()
print(y)
