"""The cells' image has what courses use, and using it writes nothing to stderr."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jobe_torch.backends.base import BackendError
from jobe_torch.backends.container import Container
from jobe_torch.backends.docker import DockerBackend
from jobe_torch.config import load
from tests.cells import Program
from tests.docker.engine import Containers

ROOT = Path(__file__).parents[2]

USES = {
    "torch": "import torch; print(torch.nn.Linear(2, 3)(torch.ones(1, 2)).shape)",
    "conv": "import torch; print(torch.nn.Conv2d(1, 2, 3)(torch.ones(1, 1, 5, 5)).shape)",
    "loader": (
        "from torch.utils.data import DataLoader\n"
        "print([batch.tolist() for batch in DataLoader(range(4), batch_size=2, num_workers=2)])"
    ),
    "numpy": "import numpy; print(numpy.linalg.norm(numpy.ones(3)))",
    "pandas": "import pandas; print(pandas.DataFrame({'a': [1, 2]}).describe())",
    "sklearn": (
        "from sklearn.linear_model import LinearRegression\n"
        "print(LinearRegression().fit([[0], [1]], [0, 1]).coef_)"
    ),
    "pandas plot": (
        "import pandas\n"
        "axes = pandas.DataFrame({'a': [1, 2]}).plot(); axes.figure.savefig('b.png')\n"
        "print(pandas.date_range('2026-01-01', periods=2))"
    ),
    "forest": (
        "from sklearn.ensemble import RandomForestClassifier\n"
        "from sklearn.datasets import load_iris\n"
        "from sklearn.model_selection import cross_val_score\n"
        "x, y = load_iris(return_X_y=True)\n"
        "print(cross_val_score(RandomForestClassifier(10, random_state=0), x, y, cv=3).round(1))"
    ),
    "scipy": "import scipy.optimize as o; print(o.minimize(lambda x: (x[0] - 1) ** 2, [0]).x)",
    "text": (
        "import matplotlib.pyplot as plt\n"
        "figure, axes = plt.subplots(); axes.set_title('Обучение $x^2$'); axes.hist([1, 2, 2])\n"
        "figure.savefig('c.pdf'); figure.savefig('c.svg'); print('saved')"
    ),
    "matplotlib": (
        "import matplotlib.pyplot as plt, os\n"
        "plt.plot([1, 2]); plt.savefig('a.png'); print(os.path.getsize('a.png') > 0)"
    ),
}


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_everything_in_it_can_be_used_in_silence(backend: DockerBackend, *, warm: bool) -> None:
    cell = backend.start_cell(0)
    try:
        for name, source in USES.items():
            limits: dict[str, float] = {"cputime": 30, "memorylimit": 1000, "numprocs": 60}
            report = cell.run(Program(source.encode(), limits=limits).job(name, warm=warm))
            assert report.run is not None, name
            assert (report.run.stderr, report.run.exit_code) == (b"", 0), name
            assert report.run.stdout, name
    finally:
        cell.close()


FONTS = Program(
    b"import logging, os, sys\n"
    b"logging.basicConfig(stream=sys.stdout, level=logging.DEBUG, format='%(message)s')\n"
    b"import matplotlib.font_manager as fonts\n"
    b"(cache,) = fonts.Path(os.environ['HOME']).glob('fontlist-*')\n"
    b"print(os.path.relpath(fonts.findfont('DejaVu Sans'), fonts.mpl.get_data_path()))\n"
    b"cache.write_text('spoilt')\n",
    limits={"cputime": 30, "memorylimit": 1000},
)


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_no_run_builds_the_list_of_fonts(backend: DockerBackend, *, warm: bool) -> None:
    cell = backend.start_cell(0)
    try:
        for number in range(2):  # what the first does to its list is not the second's affair
            run = cell.run(FONTS.job(str(number), warm=warm)).run
            assert run is not None
            said = run.stdout.decode()
            assert "Using fontManager instance" in said
            assert "generated new fontManager" not in said
            assert said.splitlines()[-1] == "fonts/ttf/DejaVuSans.ttf"
    finally:
        cell.close()


def test_a_server_of_another_version_is_told_to_have_the_image_built_again(
    containers: Containers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobe_torch.backends.container.edition", lambda: "another")
    settings = load(environment=os.environ)
    backend = DockerBackend(
        url=containers.url, container=Container.of(settings), server=containers.server
    )
    with pytest.raises(BackendError, match="make images"):
        backend.start_cell(0)
    backend.close()


def test_torch_and_numpy_are_those_that_local_cells_have() -> None:
    pins = (ROOT / "docker/cell-requirements.txt").read_text().split()
    for package in ("torch", "numpy"):
        (pin,) = (word for word in pins if word.startswith(f"{package}=="))
        assert f'"{pin}"' in (ROOT / "pyproject.toml").read_text()
