"""Runs a module of CPython's own test suite as a program: writes each test's result."""

# ruff: noqa: N815 - the names are those of unittest

import sys
import unittest
from functools import partialmethod


class Results(unittest.TestResult):
    """One word for each test; of a test with parts, the worst."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[str, str] = {}

    def _note(self, word: str, test: unittest.TestCase, *_: object) -> None:
        if self.words.get(test.id()) not in {"error", "failure"}:
            self.words[test.id()] = word

    def _note_part(self, test: unittest.TestCase, _: unittest.TestCase, error: object) -> None:
        if error is not None:
            self._note("failure", test)

    addSuccess = partialmethod(_note, "success")
    addSkip = partialmethod(_note, "skip")
    addError = partialmethod(_note, "error")
    addFailure = partialmethod(_note, "failure")
    addExpectedFailure = partialmethod(_note, "expected")
    addUnexpectedSuccess = partialmethod(_note, "unexpected")
    addSubTest = _note_part  # type: ignore[assignment] # none of its arguments is named


if __name__ == "__main__":
    results = Results()
    unittest.defaultTestLoader.loadTestsFromName(sys.argv[1]).run(results)
    lines = [f"{word}\t{name}" for name, word in sorted(results.words.items())]
    sys.stdout.write("\n".join(["", "=== results ===", *lines, ""]))
