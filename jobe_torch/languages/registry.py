"""Which languages are present: found out in a cell, since that is where they must be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future

from jobe_torch.cell.wire import Job, Report, Step, StepOutcome
from jobe_torch.languages.base import Language
from jobe_torch.languages.c import C
from jobe_torch.languages.cpp import CPP
from jobe_torch.languages.java import JAVA
from jobe_torch.languages.nodejs import NODEJS
from jobe_torch.languages.octave import OCTAVE
from jobe_torch.languages.pascal import PASCAL
from jobe_torch.languages.php import PHP
from jobe_torch.languages.python2 import PYTHON2
from jobe_torch.languages.python3 import PYTHON3
from jobe_torch.protocol.limits import Bounds, Wanted, run_limits
from jobe_torch.protocol.text import clean

__all__ = ["LANGUAGES", "Registry", "Unanswered"]

LANGUAGES: tuple[Language, ...] = (C, CPP, JAVA, NODEJS, OCTAVE, PASCAL, PHP, PYTHON2, PYTHON3)
"""In the reference's order. Matlab is left out: it needs a licence on every cell."""

_WANTED = Wanted(cpu_seconds=10)


class Unanswered(Exception):
    """Whether a language is present is not known; ask again."""


class Registry:
    """The languages that are present, by id; asked for once, when first needed."""

    def __init__(
        self,
        execute: Callable[[Job], Report],
        bounds: Bounds,
        candidates: Iterable[Language] = LANGUAGES,
    ) -> None:
        """Ask later.

        Args:
            execute: Executes a job in a cell, the same as clients' jobs.
            bounds: What this server gives a run at most.
            candidates: The languages that may be present.
        """
        self._execute = execute
        self._bounds = bounds
        self._candidates = tuple(candidates)
        self._lock = threading.Lock()
        self._versions: Mapping[str, str] = {}
        self._asking: Future[Mapping[str, str]] | None = None

    def language(self, language_id: str) -> Language:
        """The language of an id that `versions` has."""
        return next(one for one in self._candidates if one.id == language_id)

    def present(self) -> tuple[Language, ...]:
        """The languages that `versions` has."""
        versions = self.versions()
        return tuple(one for one in self._candidates if one.id in versions)

    def versions(self) -> Mapping[str, str]:
        """The version of each language that is present, in the reference's order.

        Who comes while somebody asks gets the same answer, or the same refusal: each in turn
        would wait for a cell as long again as all those before.

        Raises:
            Exception: What ``execute`` raises when no cell can be asked.
        """
        with self._lock:
            if self._versions:
                return self._versions
            answer = self._asking
            if answer is None:
                mine = self._asking = Future()
        if answer is not None:
            return answer.result()
        try:
            mine.set_result(self._ask_all())
        except BaseException as error:  # noqa: BLE001 - raised below, for everybody
            mine.set_exception(error)
        with self._lock:
            self._asking = None
            if mine.exception() is None:
                self._versions = mine.result()
        return mine.result()

    def _ask_all(self) -> Mapping[str, str]:
        asked = {language.id: self._ask(language) for language in self._candidates}
        return {name: version for name, version in asked.items() if version}

    def _ask(self, language: Language) -> str | None:
        """A language's version; None when its tool is not there.

        Raises:
            Unanswered: The tool was ended before it could say; it may well be there.
        """
        limits = run_limits(_WANTED, language.defaults, self._bounds)
        job = Job(
            id=f"version-{language.id}",
            files=(),
            stdin=b"",
            compile=None,
            run=Step(language.version.command, limits),
        )
        step = self._execute(job).run
        if step is None or step.exit_code is None:
            raise Unanswered(f"{language.id} did not say its version")
        answered = step.exit_code == 0 and (step.stdout or step.stderr)
        return language.version.find(_output(step)) if answered else None


def _output(step: StepOutcome) -> str:
    return clean(step.stdout) + clean(step.stderr)
