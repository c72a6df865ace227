"""Puts the rooms together."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence

import structlog
from flask import Flask

from jobe_torch.backends.base import Backend, BackendError
from jobe_torch.backends.container import LEVELS, Container
from jobe_torch.backends.gpus import choose_gpus, find_gpus
from jobe_torch.backends.local import LocalBackend
from jobe_torch.cell.gpu import Gpu
from jobe_torch.cell.jail import Level, Spaces
from jobe_torch.config import BackendKind, BadSetting, Settings
from jobe_torch.files.store import FileStore
from jobe_torch.http.access import Access
from jobe_torch.http.app import bounds, create_app
from jobe_torch.http.cells import Cells
from jobe_torch.languages.registry import Registry
from jobe_torch.pool import Pool, Pools
from jobe_torch.pool.errors import Overloaded, Refusal

_log = structlog.get_logger(__name__)

__all__ = ["gpus_of", "make_app", "make_backend", "make_pool"]


def gpus_of(settings: Settings) -> tuple[Gpu, ...]:
    """The GPUs that the operator gives to runs. ``all`` may be none.

    Raises:
        BackendError: One is not there.
    """
    if not settings.gpus:
        return ()
    if settings.backend is BackendKind.DOCKER:
        return Container.of(settings).gpus  # which the engine's machine has, and maybe not this
    try:
        found = find_gpus()
    except BackendError as error:
        _log.warning("no GPUs", reason=str(error))
        found = ()
    return tuple(
        gpu.for_cell(share=1 / settings.cells_per_gpu, idle_seconds=settings.gpu_idle_seconds)
        for gpu in choose_gpus(settings.gpus, found)
    )


def make_backend(settings: Settings, gpus: Sequence[Gpu] = ()) -> Backend:
    """The place where cells live, those with GPUs or those without.

    Raises:
        BackendError: It cannot work on this machine.
    """
    if settings.backend is BackendKind.DOCKER:
        # Its client takes a tenth of a second to import, and memory.
        from jobe_torch.backends.docker import DockerBackend  # noqa: PLC0415

        return DockerBackend(
            url=settings.docker_host,
            container=Container.of(settings),
            server=settings.docker_name,
            levels=LEVELS[: list(Level).index(settings.jail_minimum) + 1],
            gpus=gpus,
        )
    size = settings.disk_max_bytes
    return LocalBackend(
        python=settings.cell_python,
        minimum_level=settings.jail_minimum,
        spaces=Spaces(run_bytes=size, temporary_bytes=size, shared_bytes=size),
        memory_bytes=settings.cell_memory_bytes,
        processes=settings.cell_processes,
        gpus=gpus,
    )


def make_pool(settings: Settings) -> Pools:
    """The cells, starting. Half of the cores may warm up cells, so the others serve runs.

    Raises:
        BackendError: The backend cannot work on this machine.
    """
    starters = max(1, (os.cpu_count() or 1) // 2)
    gpus = gpus_of(settings)
    backend = make_backend(settings)
    gpu_backend = make_backend(settings, gpus) if gpus else None
    if isinstance(backend, LocalBackend) and backend.why_no_mother:
        _log.info("each cell imports for itself", reason=backend.why_no_mother)
    plain = Pool(backend, settings, starters=starters)
    if gpu_backend is None:
        return Pools(plain)
    # Other slots than the plain cells', since a slot's number makes the users of its runs.
    first = settings.cells + 1  # the plain cells have one number more than they are
    slots = range(first, first + len(gpus) * settings.cells_per_gpu)
    return Pools(plain, Pool(gpu_backend, settings, gpu_slots=slots), wait=settings.gpu_wait)


def make_app(settings: Settings, pool: Cells, access: Access) -> Flask:
    """The web application in front of a pool.

    Raises:
        BadSetting: The directory for files cannot be used.
    """
    try:
        files = FileStore(settings.files_directory, max_bytes=settings.files_max_bytes)
    except OSError as error:
        raise BadSetting(f"files_directory {settings.files_directory}: {error.strerror}") from error
    registry = Registry(pool.run, bounds(settings))
    # Now, or the first student would wait for all compilers to say their versions.
    threading.Thread(target=_ask_versions, args=(registry,), name="languages", daemon=True).start()
    return create_app(
        settings,
        cells=pool,
        files=files,
        registry=registry,
        access=access,
    )


def _ask_versions(registry: Registry) -> None:
    while True:
        try:
            registry.versions()
        except Overloaded as refusal:
            if refusal.reason is Refusal.DRAINING:
                return
            time.sleep(1)  # the cells are warming up; `wait_seconds` may be none at all
        except Exception as error:  # noqa: BLE001 - a request will ask again, and be told
            _log.info("languages not known yet", reason=repr(error))
            return
        else:
            return
