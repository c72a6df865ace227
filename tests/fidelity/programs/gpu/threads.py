import threading

import torch

results = [None] * 4


def work(number):
    results[number] = (torch.full((100, 100), float(number), device="cuda") @ torch.ones(100, 1, device="cuda")).sum().item()


threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
