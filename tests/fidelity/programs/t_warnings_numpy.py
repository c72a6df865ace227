import numpy as np

np.array([1.0]) / 0
np.log(np.array([0.0, -1.0]))
np.mean([])
np.float64(1e308) * 10
np.int8(100) + np.int8(100)
np.zeros(3).astype(int) // 0
np.random.rand(2).std(ddof=2)
print(np.geterr(), np.get_printoptions()["precision"])
np.seterr(all="raise")
np.ones(1) / 0
