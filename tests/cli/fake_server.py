"""``jobe-torch serve`` with the fake backend: a real server process without a cell's imports.

The source of a run says what happens: ``sleep SECONDS``, ``lost``, ``number`` (prints how many
runs there were before), or anything, which prints the source.
"""

import itertools
from collections.abc import Sequence

from jobe_torch.backends.base import Backend, CellLost
from jobe_torch.backends.fake import FakeBackend, FakeCell, report
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.wire import Job, Report
from jobe_torch.cli import assemble, main
from jobe_torch.config import Settings

numbers = itertools.count()


def play(cell: FakeCell, job: Job) -> Report:
    number = next(numbers)
    if job.id.startswith("version-"):
        return report(job, stdout=b"Python 3.11.7")
    match job.files[0].content.decode().split():
        case ["sleep", seconds]:
            cell.closed.wait(float(seconds))
        case ["lost"]:
            raise CellLost("as the source says", started=True)
        case ["number"]:
            return report(job, stdout=str(number).encode())
    return report(job, stdout=job.files[0].content)


def make_backend(settings: Settings, gpus: Sequence[Gpu] = ()) -> Backend:  # noqa: ARG001 - as the one it replaces
    return FakeBackend(play)


assemble.make_backend = make_backend
main()
