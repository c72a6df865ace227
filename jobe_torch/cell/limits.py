"""What a run may use: the kernel's limits on a process, and a meter for the whole run."""

from __future__ import annotations

import math
import os
import resource
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from jobe_torch.cell.wire import Limits

__all__ = [
    "Meter",
    "Usage",
    "apply",
    "cpu_seconds",
    "kernel_tells_waiting",
    "private_bytes",
    "run_delay_seconds",
]

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_OPEN_FILES = 1024
_ADDRESS_SPACE_BYTES = 128 << 30
"""Page tables of a process take a 512th of it. Gigabytes of them fill the cell's group and take the
kernel a quarter of a second to take apart, in which it goes on to kill whoever asks for memory."""


def private_bytes() -> int:
    """Private writable memory this process has mapped: what ``RLIMIT_DATA`` counts."""
    with open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"VmData:"):
                return int(line.split()[1]) * 1024
    raise OSError("no VmData in /proc/self/status")


def apply(
    limits: Limits, *, baseline_bytes: int, cpu_seconds: float, others: int, reserves: bool
) -> None:
    """Set the calling process's own limits, for good; getrlimit(2).

    They are the first line. The meter sums over processes, which these cannot.

    Args:
        limits: those of the step that this process is about to become.
        baseline_bytes: private memory it has mapped before the program starts.
        cpu_seconds: CPU time it has used before the program starts.
        others: processes of the cell that have the run's uid and are not the run's.
        reserves: whether it needs address space without bounds: CUDA and Java reserve what they
            never use.
    """
    # Where soft and hard limit are one, the kernel kills outright: no signal to ignore. It counts
    # whole ticks, a fifth too many on a busy machine, so the exact meter must come first by far:
    # a time-out must not look like a program that was killed.
    _limit(resource.RLIMIT_CPU, math.floor(cpu_seconds + 2 * limits.cpu_seconds) + 1)
    if limits.memory_bytes:
        # Not RLIMIT_AS: BLAS reserves address space that it never uses.
        _limit(resource.RLIMIT_DATA, baseline_bytes + limits.memory_bytes)
    if not reserves:
        _limit(resource.RLIMIT_AS, _ADDRESS_SPACE_BYTES)
    if limits.file_bytes >= 0:
        _limit(resource.RLIMIT_FSIZE, limits.file_bytes)
    # Without it a fork bomb fills the cell's table and the agent cannot fork its killer.
    _limit(resource.RLIMIT_NPROC, limits.processes + others)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run has used so far."""

    cpu_seconds: float = 0.0
    waiting_seconds: float = 0.0
    """Time it could have run but the machine was busy with others."""


class Meter:
    """Sums a run's CPU time over its processes, alive and dead, and its waiting for a CPU.

    It reads /proc of the cell's PID namespace, where all that is not the cell's
    own belongs to the one run.

    Args:
        own: the cell's own processes.
        holder: the run's holder, which has the CPU time of orphans it reaped.
    """

    def __init__(self, own: Collection[int], holder: int) -> None:
        self._own = frozenset(own)
        self._holder = holder
        self._seen_cpu = 0.0
        self._lost_cpu = 0.0
        self._waiting = 0.0
        self._first = 0
        self._first_waited = 0.0
        self._last = time.monotonic()
        self._ready_to_run = True
        self._kernel_tells = kernel_tells_waiting()

    def start(self, first: int, waiting_seconds: float) -> None:
        """The program starts: what its first process has waited so far does not count.

        A spare may have been made while the machine was busy.
        """
        self._first, self._first_waited = first, waiting_seconds
        self._waiting = 0.0

    def read(self) -> Usage:
        """Look at all processes of the run."""
        now = time.monotonic()
        cpu = self._read_reaped_orphans()
        ready_to_run = False
        longest_wait = 0.0
        for pid in self._pids():
            try:
                cpu += cpu_seconds(pid)
                for task in os.listdir(f"/proc/{pid}/task"):
                    path = f"/proc/{pid}/task/{task}"
                    if self._kernel_tells:
                        before = self._first_waited if int(task) == self._first else 0.0
                        longest_wait = max(longest_wait, run_delay_seconds(path) - before)
                    else:
                        ready_to_run |= _stat(f"{path}/stat")[0] == b"R"
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile; its parent or the loss below has its time
        # A program that ignores SIGCHLD has its children's time vanish from the sum.
        self._lost_cpu += max(0.0, self._seen_cpu - cpu)
        used = max(0.0, cpu - self._seen_cpu)
        self._seen_cpu = cpu
        elapsed, self._last = now - self._last, now
        if self._kernel_tells:
            # One thread's wait cannot be longer than the run; a sum over threads could.
            self._waiting = max(self._waiting, longest_wait)
        elif ready_to_run:
            self._waiting += max(0.0, elapsed - used)
        self._ready_to_run = ready_to_run
        return Usage(self._seen_cpu + self._lost_cpu, self._waiting)

    def waiting_at_end(self, cpu_seconds: float, waiting_seconds: float) -> float:
        """All the waiting of a run whose first process has ended, with these figures of its own.

        Where the kernel does not tell, what was ready to run at the last look is
        taken to have been so since: in doubt for the student.
        """
        if self._kernel_tells:
            return max(self._waiting, waiting_seconds - self._first_waited)
        elapsed = time.monotonic() - self._last
        used = max(0.0, cpu_seconds - self._seen_cpu)
        return self._waiting + (max(0.0, elapsed - used) if self._ready_to_run else 0.0)

    def _pids(self) -> Iterator[int]:
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) not in self._own and int(name) != self._holder:
                yield int(name)

    def _read_reaped_orphans(self) -> float:
        fields = _stat(f"/proc/{self._holder}/stat")
        return sum(map(int, fields[13:15])) / _TICKS_PER_SECOND


def _stat(path: str) -> list[bytes]:
    """Fields of proc_pid_stat(5) from the third, the state, on."""
    with open(path, "rb") as stat:
        return stat.read().rpartition(b") ")[2].split()


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and of the children that it waited for.

    The kernel keeps a clock for each process, to the nanosecond (clock_getcpuclockid(3));
    what /proc has is cut to ticks of 10 ms.
    """
    fields = _stat(f"/proc/{pid}/stat")
    cutime_cstime = sum(map(int, fields[13:15])) / _TICKS_PER_SECOND
    try:
        return time.clock_gettime(~pid << 3 | 2) + cutime_cstime
    except OSError as error:
        raise ProcessLookupError(pid) from error


def run_delay_seconds(task: str) -> float:
    """What a thread, alive or not yet reaped, stood in the run queue; 0 if untold.

    Args:
        task: its folder in /proc.
    """
    try:
        with open(f"{task}/schedstat", "rb") as schedstat:
            return int(schedstat.read().split()[1]) / 1e9
    except FileNotFoundError:
        return 0.0


def kernel_tells_waiting() -> bool:
    """Whether /proc/*/schedstat has figures; some kernels are built without."""
    try:
        with open("/proc/self/schedstat", "rb") as schedstat:
            return int(schedstat.read().split()[0]) > 0
    except OSError:
        return False
