"""Each hostile program gets the verdict it deserves and leaves the cell as it was."""

from __future__ import annotations

import pytest

from tests.absent import absent
from tests.attacks.canaries import KINDS
from tests.attacks.cases import CASES, FOLDER, GPU_CASES, Case
from tests.attacks.oracle import Watched, assert_answer

_ROWS = {
    *(f"T{n:02}" for n in range(1, 8)),
    *(f"M{n:02}" for n in range(1, 8)),
    *(f"P{n:02}" for n in range(1, 8)),
    *(f"F{n:02}" for n in range(1, 13)),
    *(f"N{n:02}" for n in range(1, 6)),
    *(f"K{n:02}" for n in range(1, 8)),
    *(f"O{n:02}" for n in range(1, 9)),
}
"""The checklist's rows about submitted programs."""
_ROWS_IN_OTHER_TESTS = {"M03"}
_GPU_ROWS = {f"G{n:02}" for n in range(1, 12)}
_GPU_ROWS_IN_OTHER_TESTS = {"G09"}  # tests/backends/test_local_gpu.py


def test_every_program_here_is_a_case() -> None:
    programs = {path.parent.name for path in FOLDER.glob("*/main.py")}
    assert programs == {case.id for case in (*CASES, *GPU_CASES)}


def test_every_row_of_the_checklist_has_a_case() -> None:
    assert _ROWS - {case.expected.row for case in CASES} == _ROWS_IN_OTHER_TESTS


def test_every_row_about_gpus_has_a_case() -> None:
    assert _GPU_ROWS - {case.expected.row for case in GPU_CASES} == _GPU_ROWS_IN_OTHER_TESTS


def test_every_kind_of_canary_is_hunted() -> None:
    assert {kind for case in CASES for kind in case.expected.canaries} == set(KINDS)


@pytest.mark.cell
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_attack_is_contained(watched: Watched, case: Case, *, warm: bool) -> None:
    if watched.bench.level not in case.expected.levels:
        pytest.skip(f"jail level {watched.bench.level} does not claim to contain this")
    if case.expected.needs_group and not watched.bench.in_group:
        absent("no control group can be made here, and no limit on a process contains this")
    try:
        assert_answer(watched.attack(case, warm=warm), case.expected)
        watched.assert_unharmed()
    except BaseException:
        watched.renew()
        raise
