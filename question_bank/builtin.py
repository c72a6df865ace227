"""CodeRunner's own question types, which a real Moodle has and no XML of ours carries."""

from __future__ import annotations

from question_bank.model import Bank, Prototype
from question_bank.read import CodeRunnerQuestion

__all__ = ["built_in"]


def built_in(bank: Bank) -> dict[str, CodeRunnerQuestion]:
    """The built-in types known to a bank, by name, as questions that others inherit from."""
    return {
        prototype.name: _as_question(prototype)
        for prototype in bank.prototypes
        if prototype.spec.built_in
    }


def _as_question(prototype: Prototype) -> CodeRunnerQuestion:
    spec = prototype.spec
    return CodeRunnerQuestion(
        idnumber="",
        name=f"BUILT_IN_PROTOTYPE_{prototype.name}",
        text="",
        mark=1,
        coderunner_type=prototype.name,
        is_prototype=True,
        all_or_nothing=True,
        preload="",
        answer="",
        template=prototype.template,
        is_combinator=int(spec.combinator),
        splitter=spec.splitter,
        language=spec.language,
        grader="EqualityGrader",
        cpu_seconds=spec.cpu_seconds,
        memory_mb=spec.memory_mb,
        sandbox_params="",
        tests=(),
        files=prototype.files,
    )
