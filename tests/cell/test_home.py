"""matplotlib's list of fonts is built once for all runs, and none can change another's."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from jobe_torch.backends.local import LocalBackend
from jobe_torch.cell.home import home_files
from jobe_torch.cell.install import install
from tests.cells import Program

# As matplotlib does it: look, and else build (the real one is tried in tests/docker/test_image).
FONT_MANAGER = """
import os, pathlib
cache = pathlib.Path(os.environ["MPLCONFIGDIR"], "fontlist-v1.json")
if cache.exists():
    fonts = cache.read_text()
else:
    fonts = "fonts"
    cache.write_text(fonts)
    print("built")
"""

PROGRAM = Program(
    textwrap.dedent("""
        import os
        from matplotlib.font_manager import cache, fonts
        print(fonts, os.access(cache, os.W_OK), cache.stat().st_uid == os.getuid())
        cache.write_text("spoilt")
        os.remove(cache)
    """).encode()
)


def make_interpreter(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin/python"


def give_matplotlib(python: Path) -> Path:
    (packages,) = python.parents[1].glob("lib/python*/site-packages")
    package = packages / "matplotlib"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "font_manager.py").write_text(FONT_MANAGER)
    return package


@pytest.mark.cell
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_each_run_finds_the_list_as_it_was_built(tmp_path: Path, *, warm: bool) -> None:
    python = make_interpreter(tmp_path / "cell")
    give_matplotlib(python)
    install(python)
    with contextlib.closing(LocalBackend(python=python, preload=()).start_cell(9)) as cell:
        for number in range(3):
            run = cell.run(PROGRAM.job(str(number), warm=warm)).run
            assert run
            assert (run.stdout, run.stderr) == (b"fonts True True\n", b"")


def test_an_interpreter_without_matplotlib_has_no_list(tmp_path: Path) -> None:
    python = make_interpreter(tmp_path / "cell")
    install(python)
    assert home_files(str(python)) == ()


def test_an_interpreter_without_the_hook_has_no_list(tmp_path: Path) -> None:
    assert home_files(str(tmp_path / "bin/python")) == ()


def test_a_list_is_built_anew_when_packages_have_changed(tmp_path: Path) -> None:
    python = make_interpreter(tmp_path / "cell")
    package = give_matplotlib(python)
    install(python)
    assert [file.name for file in home_files(str(python))] == ["fontlist-v1.json"]
    (package / "font_manager.py").write_text(FONT_MANAGER.replace("v1", "v2"))
    install(python)
    assert [file.name for file in home_files(str(python))] == ["fontlist-v2.json"]


def test_a_broken_matplotlib_is_told_at_once(tmp_path: Path) -> None:
    python = make_interpreter(tmp_path / "cell")
    (give_matplotlib(python) / "font_manager.py").write_text("1 / 0")
    with pytest.raises(subprocess.CalledProcessError):
        install(python)
