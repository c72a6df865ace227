"""The bank's commands: ``python -m question_bank export`` and ``check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from question_bank.builtin import built_in
from question_bank.check import Proof, prove, steps
from question_bank.client import JobeClient
from question_bank.evidence import Evidence, gather
from question_bank.export import quiz_xml
from question_bank.load import BANK, BankError, load_bank
from question_bank.model import Bank, Language
from question_bank.read import CodeRunnerQuestion, XmlError, read_quiz
from question_bank.report import print_failures, table

_MOODLE = BANK / "moodle"


@click.group()
def main() -> None:
    """Write, export and prove the questions of this bank."""


@main.command()
def export() -> None:
    """Write the bank as Moodle XML, one file per language."""
    bank = _load()
    for language in Language:
        file = _MOODLE / f"questions.{language}.xml"
        file.write_bytes(quiz_xml(bank, language))
        click.echo(f"{file}: {sum(1 for _ in bank.entries())} questions")


@main.command()
@click.option("--server", default="http://127.0.0.1:4000", show_default=True, help="A Jobe server.")
@click.option("--key", default="", help="API key, sent as X-API-KEY.")
@click.argument("xml", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(server: str, key: str, xml: tuple[Path, ...]) -> None:
    """Prove the questions of Moodle XML files (default: the exported ones) on a server."""
    bank = _load()
    evidence = gather(bank)
    jobe = JobeClient(server, api_key=key)
    console = Console()
    proved = True
    for file in xml or sorted(_MOODLE.glob("*.xml")):
        try:
            proofs = _check_file(file, bank, evidence, jobe, console)
        except XmlError as error:
            raise click.ClickException(str(error)) from error
        console.print(table(str(file.name), proofs))
        print_failures(console, proofs)
        proved = proved and not any(proof.failures for proof in proofs)
    sys.exit(0 if proved else 1)


def _check_file(
    file: Path, bank: Bank, evidence: dict[str, Evidence], jobe: JobeClient, console: Console
) -> list[Proof]:
    questions = read_quiz(file)
    own = {
        question.coderunner_type: question
        for question in questions
        if isinstance(question, CodeRunnerQuestion) and question.is_prototype
    }
    prototypes = built_in(bank) | own
    known = [
        (question, evidence.get(question.idnumber, Evidence()))
        for question in questions
        if question not in own.values()
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    proofs = []
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(file.name, total=sum(steps(*pair) for pair in known))
        for question, known_answers in known:
            progress.update(task, description=question.name)
            proofs.append(
                prove(question, prototypes, known_answers, jobe, lambda: progress.advance(task))
            )
    return proofs


def _load() -> Bank:
    try:
        return load_bank()
    except BankError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
