import numpy as np
import torch

a = np.arange(4.0)
t = torch.from_numpy(a)
t[0] = 9
a[1] = 8
print(a, t, t.numpy() is a, torch.tensor(a).dtype, np.asarray(t), np.add(t, 1), t.numpy().__array_interface__["shape"])
print(np.linalg.solve(np.eye(3) + 0.1, np.ones(3)), (np.random.RandomState(0).rand(50, 50) @ np.ones(50)).sum().hex())
print(isinstance(np.float64(1), float), repr(np.float32(1)), np.array([1, 2.5, "x"]), np.dtype("f4"), np.__version__)
print(torch.utils.dlpack.from_dlpack(a), memoryview(a)[0])
