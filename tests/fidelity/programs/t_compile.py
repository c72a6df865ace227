import torch


@torch.compile(backend="eager")
def f(x):
    y = x.sin() + x.cos()
    return y * 2


print(f(torch.arange(3.0)), f(torch.arange(4.0)))


def backend(graph, inputs):
    print([node.op for node in graph.graph.nodes])
    return graph.forward


model = torch.compile(torch.nn.Linear(2, 1), backend=backend)
print(model(torch.ones(1, 2)).shape)
print(torch.export.export(torch.nn.ReLU(), (torch.ones(2),)).graph_signature.user_inputs)
