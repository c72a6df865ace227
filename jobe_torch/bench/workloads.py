"""What is submitted, and the exact answer that is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from jobe_torch.protocol.verdict import Verdict

__all__ = ["WORKLOADS", "Workload"]

# A reference Jobe limits address space; torch needs more than any number it would be given.
_NO_LIMIT = MappingProxyType({"cputime": 10, "memorylimit": 0})
_ON_GPU = MappingProxyType({"cputime": 30, "memorylimit": 0, "gpu": 1})


@dataclass(frozen=True, slots=True)
class Workload:
    """One program and its right answer."""

    name: str
    source: str
    stdout: str
    outcome: Verdict = Verdict.SUCCESS
    language: str = "python3"
    parameters: Mapping[str, int] = field(default_factory=lambda: _NO_LIMIT)
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Support files by name."""
    runs: int = 50
    """How many make a figure, where nobody says."""

    @property
    def gpu(self) -> bool:
        """Whether it needs a server with a GPU."""
        return bool(self.parameters.get("gpu"))


_LAYER = """\
import torch
x = torch.tensor([[10., 20.]])
fc = torch.nn.Linear(2, 3)
w = torch.tensor([[11., 12.], [21., 22.], [31., 32.]])
fc.weight.data = w
b = torch.tensor([[31., 32., 33.]])
fc.bias.data = b
fc_out = fc(x)
"""
_FORWARD = """\
print(fc_out == x @ w.T + b)
"""
_GRADIENTS = """\
fc_out.sum().backward()
w.requires_grad_(True)
b.requires_grad_(True)
(x @ w.T + b).sum().backward()
print(fc.weight.grad)
print(w.grad)
print(fc.bias.grad)
print(b.grad)
"""
_GRADIENTS_PRINTED = """\
tensor([[10., 20.],
        [10., 20.],
        [10., 20.]])
tensor([[10., 20.],
        [10., 20.],
        [10., 20.]])
tensor([[1., 1., 1.]])
tensor([[1., 1., 1.]])
"""
_TRAIN = """\
import torch
torch.manual_seed(0)
x = torch.linspace(-1, 1, 64).unsqueeze(1)
y = 3 * x + 1
net = torch.nn.Sequential(torch.nn.Linear(1, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=0.03)
for _ in range(100):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
print(loss.item() < 0.1)
"""
_TO_GPU = """\
import torch
torch.set_default_device("cuda")
"""
_LOOP = """\
import time
while time.process_time() < 0.5:
    pass
print("done")
"""
_BIG_OUTPUT = """\
for _ in range(10000):
    print("x" * 99)
"""
_FILES = """\
print(len(open("data.txt").read().split()), open("note.txt").read())
"""
_C = """\
#include <stdio.h>
int main(void) { puts("hi"); return 0; }
"""

WORKLOADS: Mapping[str, Workload] = {
    workload.name: workload
    for workload in (
        Workload("hello", 'print("hi")\n', "hi\n"),
        Workload("numpy", "import numpy\nprint(numpy.arange(3).sum())\n", "3\n"),
        Workload("fc", _LAYER + _FORWARD, "tensor([[True, True, True]])\n"),
        Workload("grad", _LAYER + _GRADIENTS, _GRADIENTS_PRINTED),
        Workload("train", _TRAIN, "True\n", runs=20),
        Workload("loop", _LOOP, "done\n", runs=10),
        Workload(
            "tle",
            "while True:\n    pass\n",
            "",
            outcome=Verdict.TIME_LIMIT,
            parameters=MappingProxyType({"cputime": 1, "memorylimit": 0}),
            runs=5,
        ),
        Workload("bigout", _BIG_OUTPUT, ("x" * 99 + "\n") * 10_000, runs=20),
        Workload(
            "files",
            _FILES,
            "100000 noted\n",
            files=MappingProxyType({"data.txt": b"word " * 100_000, "note.txt": b"noted"}),
        ),
        Workload("c", _C, "hi\n", language="c", parameters=MappingProxyType({}), runs=20),
        Workload(
            "gpu-fc",
            _TO_GPU + _LAYER + _FORWARD,
            "tensor([[True, True, True]], device='cuda:0')\n",
            parameters=_ON_GPU,
        ),
        Workload("gpu-train", _TO_GPU + _TRAIN, "True\n", parameters=_ON_GPU),
    )
}
