import threading

import torch

results = {}


def work(n):
    x = torch.full((50,), float(n), requires_grad=True)
    for _ in range(20):
        (x.exp() * n).sum().backward()
    results[n] = x.grad.sum().item().hex()


threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results.items()))
shared = torch.ones(3, requires_grad=True)
threads = [threading.Thread(target=lambda: (shared * 2).sum().backward()) for _ in range(3)]
for thread in threads:
    thread.start()
    thread.join()
print(shared.grad)
