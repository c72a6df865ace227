"""Stands in for CUDA in a cell on a machine without a GPU: preloaded after torch.

The GPU is a file, whose path is its UUID: it is lost when the file is gone. It says how
many bytes of private memory a context takes, and how many threads. All that would be
done on it is done on the CPU.
"""

import mmap
import os
import threading
from pathlib import Path
from typing import Any

import torch

from jobe_torch.cell import gpu


def _look_at_gpu(*_: object) -> None:
    if not Path(os.environ["CUDA_VISIBLE_DEVICES"]).exists():
        raise RuntimeError("CUDA error: the stand-in's file is gone")


def _init() -> None:
    _look_at_gpu()
    cuda.context_of = os.getpid()
    memory_bytes, threads = map(int, Path(os.environ["CUDA_VISIBLE_DEVICES"]).read_text().split())
    cuda.of_the_context = mmap.mmap(-1, memory_bytes, flags=mmap.MAP_PRIVATE)
    for _ in range(threads):
        threading.Thread(target=threading.Event().wait, daemon=True).start()


def _keep_share(share: float) -> None:
    cuda.share = share


def _do_nothing() -> None:
    pass


gpu.DEVICE = "cpu"
cuda: Any = torch.cuda
cuda.context_of = None
cuda.share = None
cuda.init = _init
cuda.mem_get_info = _look_at_gpu
cuda.set_per_process_memory_fraction = _keep_share
for name in ("synchronize", "seed", "empty_cache"):
    setattr(cuda, name, _do_nothing)
cuda.reset_peak_memory_stats = cuda.reset_accumulated_memory_stats = _do_nothing
torch._C._cuda_clearCublasWorkspaces = _do_nothing
