"""In a cell with a GPU too, a warm run cannot be told from a cold one.

What cannot be equal there is listed in docs/gpu.md, and no sample looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.cells import Bench, Program, open_gpu_bench
from tests.fidelity.samples import GPU_SAMPLES, SAMPLES, Sample
from tests.fidelity.twins import assert_same, run_twins

_TELL_THAT_CUDA_IS_READY = {"t_state"}


@pytest.fixture(scope="module")
def gpu_bench() -> Iterator[Bench]:
    yield from open_gpu_bench()


def test_samples_are_many() -> None:
    assert len(GPU_SAMPLES) == 17


@pytest.mark.gpu
@pytest.mark.cell
@pytest.mark.parametrize("sample", GPU_SAMPLES, ids=lambda sample: sample.id)
def test_warm_is_cold_on_a_gpu(gpu_bench: Bench, sample: Sample) -> None:
    # The cold one imports torch and makes a context first.
    limits = {"cputime": 60.0, "memorylimit": 2000.0, **sample.program.limits}
    cold, warm = run_twins(gpu_bench, replace(sample.program, limits=limits))
    assert warm.warm
    assert warm.run
    assert warm.run.stdout or warm.run.stderr
    assert_same(cold, warm)


@pytest.mark.gpu
@pytest.mark.cell
@pytest.mark.slow
@pytest.mark.parametrize(
    "sample",
    [sample for sample in SAMPLES if sample.id not in _TELL_THAT_CUDA_IS_READY],
    ids=lambda sample: sample.id,
)
def test_a_context_changes_no_program_that_does_not_use_it(
    gpu_bench: Bench, sample: Sample
) -> None:
    assert_same(*run_twins(gpu_bench, sample.program))


@pytest.mark.gpu
@pytest.mark.cell
def test_each_run_has_random_numbers_of_its_own(gpu_bench: Bench) -> None:
    program = Program(b"import torch\nprint(torch.rand(4, device='cuda'))\n")
    answers = {run.stdout for _ in range(5) if (run := gpu_bench.run(program).run)}
    assert len(answers) == 5
