"""The harmless run after each attack: a student's program that also looks for traces."""

import fcntl
import os
import random
import sys

import numpy
import torch


def listing(place):
    try:
        return sorted(os.listdir(place))
    except OSError as error:
        return type(error).__name__


print("stdin", sys.stdin.read().split())
torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
optimizer = torch.optim.Adam(model.parameters())
x = torch.randn(16, 4)
for _ in range(5):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(model(x), x[:, :2])
    loss.backward()
    optimizer.step()
print(loss.item().hex(), torch.allclose(x, x + 1), torch.get_default_dtype())
print(model, model(x)[0], sep="\n")
random.seed(1)
numpy.random.seed(1)
print(random.random(), numpy.random.rand(2), sys.getrecursionlimit())
for place in (".", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock", "~"):
    print(place, listing(os.path.expanduser(place)))
for kind in ("shm", "sem", "msg"):
    try:
        with open(f"/proc/sysvipc/{kind}") as table:
            print(kind, len(table.readlines()))
    except OSError as error:
        print(kind, type(error).__name__)
with open("/proc/net/unix") as table:
    print("abstract", [line.split()[-1] for line in table if "@" in line])
print("processes", len([name for name in os.listdir("/proc") if name.isdigit()]))
print("descriptors", len(os.listdir("/proc/self/fd")))
fcntl.flock(open(os.__file__), fcntl.LOCK_SH | fcntl.LOCK_NB)
for name, value in sorted(os.environ.items()):
    print(f"{name}={value}")
