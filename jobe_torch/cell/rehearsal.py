"""Executed as a run: does what students' programs do, then says which pages that took."""

from __future__ import annotations

import array
import io
import os
import types
from collections.abc import Iterator

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Bits of proc_pid_pagemap(5).
PRESENT, OF_A_FILE, OURS_ALONE = 1 << 63, 1 << 61, 1 << 56
# Those that count, and which of them have to be set.
COPIED = PRESENT | OF_A_FILE | OURS_ALONE, PRESENT | OURS_ALONE
READ = PRESENT | OF_A_FILE, PRESENT | OF_A_FILE


def report() -> None:
    """Write first page and length of each range of pages that this process took."""

    def ranges() -> Iterator[str]:
        # Python's own ``open`` is gone when this is called.
        with io.open("/proc/self/maps") as maps:  # noqa: UP020
            mappings = [line.split(" ", 2)[:2] for line in maps]
        with io.open("/proc/self/pagemap", "rb", 0) as pagemap:  # noqa: UP020
            # First what has to be copied: a spare may not have the time for all.
            for write, bits in (("w", COPIED), ("-", READ)):
                for place, rights in mappings:
                    # A terabyte without rights is what CUDA reserves; its map has two gigabytes.
                    if (rights[:2], rights[3]) != (f"r{write}", "p"):
                        continue
                    start, _, end = place.partition("-")
                    first, behind = int(start, 16) // PAGE_BYTES, int(end, 16) // PAGE_BYTES
                    pagemap.seek(8 * first)
                    entries = array.array("Q", pagemap.read(8 * (behind - first)))
                    yield from ranges_of(first, entries, *bits)

    def ranges_of(first: int, entries: array.array[int], count: int, wanted: int) -> Iterator[str]:
        begin = None
        for page, entry in enumerate((*entries, 0)):
            taken = entry & count == wanted
            if taken and begin is None:
                begin = page
            elif not taken and begin is not None:
                yield f"{first + begin:x} {page - begin:x}\n"
                begin = None

    os.write(2, "".join(ranges()).encode())


class End:
    """Reports when this program's variables are taken away: last of all that Python does."""

    # With globals of its own: a module's are taken away as well.
    report = staticmethod(types.FunctionType(report.__code__, dict(globals())))

    def __del__(self) -> None:
        """Say what was touched up to now."""
        self.report()


end = End()
print("hello", 1.5, [1, 2], {"a": 1})
try:
    import numpy as np
    import torch
except ImportError:
    pass
else:
    x = torch.tensor([[10.0, 20.0]])
    layer = torch.nn.Linear(2, 3)
    layer.weight.data = torch.tensor([[11.0, 12.0], [21.0, 22.0], [31.0, 32.0]])
    print(layer(x) == x @ layer.weight.t() + layer.bias)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    loss = torch.nn.functional.mse_loss(layer(x), torch.zeros(1, 3))
    loss.backward()
    optimizer.step()
    print(layer.weight.grad, loss.item(), np.array([1.0, 2.0]))
