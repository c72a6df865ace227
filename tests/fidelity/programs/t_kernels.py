import torch

torch.manual_seed(0)


def show(name, tensor):
    print(name, tuple(tensor.shape), tensor.double().sum().item().hex(), tensor.flatten()[-1].item())


a, b = torch.randn(300, 400), torch.randn(400, 500)
show("matmul", a @ b)
show("half", (a.bfloat16() @ b.bfloat16()).float())
show("sum", a.sum(0))
show("softmax", a.softmax(1))
show("exp", a.exp())
show("conv2d", torch.nn.functional.conv2d(torch.randn(4, 3, 32, 32), torch.randn(8, 3, 3, 3)))
show("conv1d", torch.nn.functional.conv1d(torch.randn(4, 3, 100), torch.randn(8, 3, 5), stride=2))
show("fft", torch.fft.fft(a).real)
show("inverse", torch.linalg.inv(torch.eye(50) + 0.01 * torch.randn(50, 50)))
show("svd", torch.linalg.svdvals(a))
show("sort", a.sort(1).values)
show("cumsum", a.cumsum(1))
show("einsum", torch.einsum("ij,jk->ik", a, b))
show("batch norm", torch.nn.BatchNorm1d(400)(a))
show("layer norm", torch.nn.functional.layer_norm(a, (400,)))
show("lstm", torch.nn.LSTM(400, 16, batch_first=True)(a[None])[0])
show("attention", torch.nn.functional.scaled_dot_product_attention(a[None], a[None], a[None]))
show("quantile", a.quantile(torch.tensor([0.1, 0.9])))
show("erf", torch.special.erfinv(a.clamp(-0.9, 0.9)))
show("pool", torch.nn.functional.max_pool2d(torch.randn(1, 1, 8, 8), 2))
show("interpolate", torch.nn.functional.interpolate(torch.randn(1, 1, 4, 4), scale_factor=2, mode="bilinear"))
