"""The bank's commands: ``python -m question_bank --help``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click
from lxml import etree
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from question_bank.builtin import built_in
from question_bank.check import prove, steps
from question_bank.client import JobeClient, SandboxError
from question_bank.coderunner import UncheckableError
from question_bank.compute import ComputeError, compute
from question_bank.elements import parse
from question_bank.evidence import Evidence, gather
from question_bank.export import quiz_xml
from question_bank.import_xml import import_quiz
from question_bank.load import BANK, BankError, load_bank
from question_bank.model import Bank
from question_bank.proof import Proof
from question_bank.read import (
    CodeRunnerQuestion,
    Question,
    XmlError,
    read_questions,
    read_quiz,
)
from question_bank.report import print_failures, refusals, table
from question_bank.scaffold import KINDS, scaffold
from question_bank.spec import CodeRunnerSpec, Language

_EXISTING = click.Path(exists=True, path_type=Path)
_LANGUAGE = click.Choice([str(language) for language in Language])

bank_option = click.option(
    "--bank", "root", type=_EXISTING, default=BANK, help="Folder of a bank; this one by default."
)
server_option = click.option(
    "--server", default="http://127.0.0.1:4000", show_default=True, help="A Jobe server."
)
key_option = click.option("--key", default="", help="API key, sent as X-API-KEY.")


@click.group()
def main() -> None:
    """Write, import, export and prove questions."""


@main.command()
@bank_option
def export(root: Path) -> None:
    """Write a bank as Moodle XML, one file per language."""
    bank = _load(root)
    for language in bank.languages:
        file = root / "moodle" / f"questions.{language}.xml"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(quiz_xml(bank, language))
        click.echo(f"{file}: {sum(1 for _ in bank.entries())} questions")


@main.command()
@bank_option
@server_option
@key_option
@click.option("--mutants", is_flag=True, help="Also list what refused each wrong answer.")
@click.argument("xml", nargs=-1, type=_EXISTING)
def check(root: Path, server: str, key: str, xml: tuple[Path, ...], *, mutants: bool) -> None:
    """Prove the questions of Moodle XML files (default: the exported ones) on a server."""
    bank = _load(root)
    evidence = gather(bank)
    console = Console()
    proved = True
    for file in xml or sorted((root / "moodle").glob("*.xml")):
        try:
            run = _Run(read_quiz(file), bank, evidence, JobeClient(server, api_key=key))
        except XmlError as error:
            raise click.ClickException(str(error)) from error
        proofs = run.proofs(console, file.name)
        console.print(table(file.name, proofs))
        if mutants:
            console.print(refusals(proofs))
        print_failures(console, proofs)
        proved = proved and not any(proof.failures for proof in proofs)
    sys.exit(0 if proved else 1)


@main.command(name="compute")
@bank_option
@server_option
@key_option
@click.argument("name")
def compute_command(root: Path, server: str, key: str, name: str) -> None:
    """Write down what the sample answer of question NAME prints, where tests do not say it."""
    bank = _load(root, computing=True)
    entry = next((entry for entry in bank.entries() if entry.folder.name == name), None)
    if entry is None or not isinstance(entry.spec, CodeRunnerSpec):
        raise click.ClickException(f"the bank has no CodeRunner question {name}")
    wanted = {
        number: entry.folder / f"expected.{number}.txt"
        for number, test in enumerate(entry.spec.test, start=1)
        if test.expected is None
    }
    language = bank.languages[0]
    questions = read_questions(parse(quiz_xml(bank, language).decode()), name)
    (question,) = (each for each in questions if each.idnumber == bank.idnumber(entry, language))
    jobe = JobeClient(server, api_key=key)
    try:
        if isinstance(question, CodeRunnerQuestion):
            compute(question, _types(bank, questions), jobe, wanted)
    except (ComputeError, SandboxError, UncheckableError) as error:
        raise click.ClickException(str(error)) from error
    for file in wanted.values():
        click.echo(f"{file} written")


@main.command()
@bank_option
@click.option("--type", "kind", type=click.Choice(KINDS), default="coderunner", show_default=True)
@click.argument("name")
def new(root: Path, kind: str, name: str) -> None:
    """Write the sources of a new question NAME, to be written over."""
    folder = root / "questions" / name
    try:
        scaffold(folder, kind, _load(root).languages)
    except FileExistsError as error:
        raise click.ClickException(f"{folder} exists") from error
    click.echo(f'{folder} written. Add "{name}" to a category in {root / "bank.toml"}.')


@main.command(name="import")
@click.option("--language", type=_LANGUAGE, default="en", show_default=True, help="Of the texts.")
@click.argument("xml", type=_EXISTING)
@click.argument("directory", type=click.Path(path_type=Path))
def import_command(language: str, xml: Path, directory: Path) -> None:
    """Turn a Moodle XML file into the sources of a new bank in DIRECTORY."""
    try:
        done = import_quiz(xml, directory, Language(language))
    except FileExistsError as error:
        raise click.ClickException(f"{directory} exists") from error
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{xml}: {error}") from error
    click.echo(f"{len(done.editable)} questions written to {directory}")
    for name, reason in done.verbatim.items():
        click.echo(f"{name} is kept as XML: {reason}")


@dataclass(frozen=True, slots=True)
class _Run:
    """A file's questions about to be proved."""

    questions: tuple[Question, ...]
    bank: Bank
    evidence: dict[str, Evidence]
    jobe: JobeClient

    def proofs(self, console: Console, title: str) -> list[Proof]:
        """Prove each question, with a progress bar."""
        types = _types(self.bank, self.questions)
        known = [
            (question, self.evidence.get(question.idnumber, Evidence()))
            for question in self.questions
            if question not in types.values()
        ]
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
            task = progress.add_task(title, total=sum(steps(*pair) for pair in known))
            found = []
            for question, evidence in known:
                progress.update(task, description=question.name)
                advance = lambda: progress.advance(task)  # noqa: E731 - a name for one line
                found.append(prove(question, types, evidence, self.jobe, advance))
            return found


def _types(bank: Bank, questions: tuple[Question, ...]) -> dict[str, CodeRunnerQuestion]:
    """The question types visible to a file's questions, by name."""
    own = {
        question.coderunner_type: question
        for question in questions
        if isinstance(question, CodeRunnerQuestion) and question.is_prototype
    }
    return built_in(bank) | own


def _load(root: Path, *, computing: bool = False) -> Bank:
    try:
        return load_bank(root, computing=computing)
    except BankError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
