# Warnings given by torch's C++ code, many of them once in a process.
import numpy as np
import torch

frozen = np.zeros(2)
frozen.flags.writeable = False
for _ in range(2):
    torch.from_numpy(frozen)
    torch.ones(2, 2, 2).T
    torch.meshgrid(torch.ones(2), torch.ones(3))
    (torch.ones(1, requires_grad=True) * 2).grad
    torch.range(0, 3)
    torch.ones(2, 2).to_sparse_csr()
    torch.ones(3).resize_(2)
    out = torch.ones(5)
    torch.add(torch.ones(2), 1, out=out)
    torch.ones(2, dtype=torch.complex64).to(torch.float32)
    torch.tensor([1, 2], dtype=torch.uint8)[torch.tensor([1, 0], dtype=torch.uint8)]
    torch.ones(2).std(unbiased=True)
    torch.tensor([1.0]).std()
    torch.ones(2, names=("N",))
    torch.cross(torch.ones(4, 3), torch.ones(4, 3))
    torch.floor_divide(torch.ones(1), 2)
    torch.nested.nested_tensor([torch.ones(1)])
    torch.triu(torch.ones(2, 2)).to_sparse().to_dense()
    torch.searchsorted(torch.arange(6).view(2, 3).t()[0], torch.tensor(1).expand(2))
    torch.bucketize(torch.ones(2, 2).t(), torch.arange(6)[::2])
    x = torch.ones(1, requires_grad=True)
    x.sum().backward(create_graph=True)
