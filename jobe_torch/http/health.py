"""``GET /healthz`` and ``GET /readyz``, for balancers and supervisors."""

from __future__ import annotations

from flask import Response

from jobe_torch.http.answers import to_json
from jobe_torch.http.cells import Cells
from jobe_torch.pool.status import SlotState

__all__ = ["Health"]


class Health:
    """Says whether the server lives, and whether it can take runs."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    @staticmethod
    def live() -> Response:
        """Answer ``GET /healthz``: the process answers, nothing else is asked."""
        return to_json("alive")

    def ready(self) -> Response:
        """Answer ``GET /readyz``: 200 where a run that comes now has a cell, else 503."""
        status = self._cells.status()
        agents = [slot.ready for slot in status.slots if slot.ready]
        errors = {status.backend_fault} | {slot.error for slot in status.slots}
        answer = {
            "ready": status.serving,
            "draining": status.draining,
            "cells": {state.value: status.count(state) for state in SlotState},
            "waiting": status.waiting,
            "jail": sorted({agent.jail for agent in agents}),
            "modules": agents[0].modules if agents else {},
            "errors": sorted(errors - {""}),
        }
        if any(slot.gpu for slot in status.slots):
            answer["gpu_cells"] = {
                state.value: status.count(state, gpu=True) for state in SlotState
            }
        return to_json(answer, 200 if status.serving else 503)
