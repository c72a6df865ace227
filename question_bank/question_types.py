"""The question types that questions can have, as CodeRunner sees them."""

from __future__ import annotations

from collections.abc import Iterable

from question_bank.builtin import built_in
from question_bank.export import types_xml
from question_bank.load import load_bank
from question_bank.model import Bank
from question_bank.read import CodeRunnerQuestion, Question, read_questions

__all__ = ["types_among", "types_of"]


def types_of(bank: Bank) -> dict[str, CodeRunnerQuestion]:
    """The types that a bank brings along, this bank's, and CodeRunner's, by name.

    This bank's are in the Moodle that another bank's ``known_types`` count on.
    """
    known: dict[str, CodeRunnerQuestion] = {}
    for each in (load_bank(), bank):
        quiz = types_xml(each, each.languages[0])
        known |= built_in(each) | types_among(read_questions(quiz, "question types"))
    return known


def types_among(questions: Iterable[Question]) -> dict[str, CodeRunnerQuestion]:
    """The types that are defined among a file's questions."""
    return {
        question.coderunner_type: question
        for question in questions
        if isinstance(question, CodeRunnerQuestion) and question.is_prototype
    }
