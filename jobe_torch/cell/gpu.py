"""The GPU of a cell: its device files, and the CUDA context that a spare makes while it waits.

The zygote never touches CUDA, since a context does not survive a fork: it sees no
GPU, so that nothing it imports can make one. Each spare makes its own, behind all
walls and before any submitted byte exists:

- after the jail closed all descriptors and changed the user, for the driver ties
  a context to the process and the files through which it was made;
- after seccomp, so that what makes a context there lets a program use one too;
- before the baseline of ``RLIMIT_DATA`` is taken. The address space that CUDA
  reserves has no access rights and what it maps of the device is shared: the limit
  counts neither. What it takes of private memory is the warm interpreter's.

That a context came about, and computed right, is also the proof that the GPU is
well: there is no other probe. Nothing of this module runs in a cell without a GPU.
"""

from __future__ import annotations

import importlib
import os
import re
from dataclasses import dataclass
from typing import Any

from jobe_torch.cell.limits import private_bytes

__all__ = ["Context", "Gpu", "check_context", "make_context"]

DEVICE = "cuda"

# The driver's device for control, unified memory, and the GPU itself; ``nvidia-caps`` has the
# rights to use MIG slices. Not needed to compute, and so not shown: nvidia-modeset (displays),
# nvidia-uvm-tools (reads other processes' events), the switches of several GPUs.
_CONTAINER_NODES = re.compile(r"nvidia\d+|nvidiactl|nvidia-uvm|nvidia-cap\d+")
# The driver's libraries look whether its modules are live (from driver 550 on); where they cannot
# see it, there is no context: CUDA_ERROR_OPERATING_SYSTEM.
_DRIVER_FILES = ("/sys/module/nvidia/initstate", "/sys/module/nvidia_uvm/initstate")
_PRODUCT = [[1.0, 3.0], [3.0, 13.0]]


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU, or one MIG slice of one, as a cell has it."""

    uuid: str
    """As ``CUDA_VISIBLE_DEVICES`` takes it: ``GPU-...`` or ``MIG-...``."""
    nodes: tuple[str, ...] = ()
    """Names of its files in ``/dev``. In a container none: all that the engine put there."""
    libraries: str = ""
    """The folder of the driver's libraries, where the dynamic linker does not find them alone."""
    share: float = 1.0
    """Of its memory, for one run. torch's allocator keeps to it and says so in its own words;
    a program that goes around torch does not."""
    idle_seconds: float = 900.0
    """How long a context is kept for a run that does not come."""
    files: tuple[str, ...] = _DRIVER_FILES
    """What else of the machine the cell must show, as far as it is there."""

    @property
    def environment(self) -> dict[str, str]:
        """What a run has in its environment besides the GPU's name."""
        # With it cuBLAS gives the same bits each time, and torch's deterministic mode works.
        variables = {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
        if self.libraries:
            variables["LD_LIBRARY_PATH"] = self.libraries
        return variables

    @property
    def device_files(self) -> tuple[str, ...]:
        """Names in ``/dev`` of what the cell must show."""
        return self.nodes or tuple(_nodes_of_container("/dev"))


@dataclass(frozen=True, slots=True)
class Context:
    """What a context has of a process: no part of what its program may use."""

    memory_bytes: int = 0
    """Private memory."""
    threads: int = 0


def _nodes_of_container(folder: str) -> list[str]:
    caps = os.path.join(folder, "nvidia-caps")
    names = os.listdir(folder)
    if os.path.isdir(caps):
        names += [f"nvidia-caps/{name}" for name in os.listdir(caps)]
    return sorted(name for name in names if _CONTAINER_NODES.fullmatch(os.path.basename(name)))


def make_context(gpu: Gpu) -> Context:
    """Make this process ready to use its GPU; returns what that took.

    Raises:
        Exception: whatever torch says; the GPU or the way to it is not well.
    """
    memory_bytes, threads = private_bytes(), len(os.listdir("/proc/self/task"))
    torch = importlib.import_module("torch")
    os.environ["CUDA_VISIBLE_DEVICES"] = gpu.uuid
    torch.cuda.init()
    if gpu.share < 1:
        torch.cuda.set_per_process_memory_fraction(gpu.share)
    _exercise(torch)
    torch.cuda.synchronize()
    # A program finds the generator and the allocator's books as in a process of its own.
    torch.cuda.seed()
    torch._C._cuda_clearCublasWorkspaces()  # noqa: SLF001 - there is no other way
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    torch.cuda.reset_accumulated_memory_stats()
    return Context(private_bytes() - memory_bytes, len(os.listdir("/proc/self/task")) - threads)


def check_context() -> None:
    """See that the driver still knows the GPU of this process's context.

    Raises:
        Exception: it is lost.
    """
    importlib.import_module("torch").cuda.mem_get_info()


def _exercise(torch: Any) -> None:  # noqa: ANN401 - a module that is not there where this is checked
    """Have kernels loaded that most programs use: each costs milliseconds at its first use.

    No backward pass: it would start autograd's thread for the GPU, after which
    torch refuses one to children that a program forks.
    """
    with torch.no_grad():
        square = torch.arange(4.0, device=DEVICE).reshape(2, 2)
        product = square @ square.T  # loads cuBLAS
        if product.tolist() != _PRODUCT:
            raise RuntimeError(f"the GPU computes {product.tolist()} for {_PRODUCT}")
        weight = torch.nn.Parameter(torch.randn(3, 2, device=DEVICE))
        scores = torch.nn.functional.linear(square, weight, torch.zeros(3, device=DEVICE))
        torch.nn.functional.cross_entropy(scores, scores.argmax(dim=1)).item()
        torch.nn.functional.mse_loss(torch.relu(scores), torch.zeros_like(scores)).item()
        weight.grad = torch.ones_like(weight)
        for optimizer in (torch.optim.SGD([weight], lr=0.1), torch.optim.Adam([weight])):
            optimizer.step()
        for shown in (square, square == product, weight, scores.sum(), torch.rand(1).to(DEVICE)):
            repr(shown)
