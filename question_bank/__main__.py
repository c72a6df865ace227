"""The bank's commands: ``python -m question_bank --help``."""

from __future__ import annotations

import contextlib
import itertools
import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click
from lxml import etree
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from werkzeug.serving import make_server

from question_bank.check import prove, steps
from question_bank.client import JobeClient, SandboxError
from question_bank.coderunner import UncheckableError
from question_bank.compute import ComputeError, compute
from question_bank.evidence import Evidence, gather
from question_bank.export import question_xml, quiz_xml
from question_bank.gpu import has_gpu, wants_gpu
from question_bank.import_xml import import_quiz
from question_bank.load import BANK, BankError, load_bank
from question_bank.model import Bank
from question_bank.preview.app import create_app
from question_bank.proof import Proof
from question_bank.question_types import types_among, types_of
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
    "--server",
    default="http://127.0.0.1:4000",
    show_default=True,
    envvar="BANK_SERVER",
    show_envvar=True,
    help="A Jobe server.",
)
key_option = click.option("--key", default="", help="API key, sent as X-API-KEY.")


@click.group()
def main() -> None:
    """Write, import, export and prove questions."""


@main.command()
@bank_option
def export(root: Path) -> None:
    """Write a bank as Moodle XML, a file per language."""
    bank = _load(root)
    for language in bank.languages:
        for name in bank.files():
            file = root / "moodle" / f"{name}.{language}.xml"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(quiz_xml(bank, language, name))
            click.echo(f"{file}: {sum(1 for _ in bank.entries(name))} questions")


@main.command()
@bank_option
@server_option
@key_option
@click.option("--mutants", is_flag=True, help="Also list what refused each wrong answer.")
@click.argument("xml", nargs=-1, type=_EXISTING)
def check(root: Path, server: str, key: str, xml: tuple[Path, ...], *, mutants: bool) -> None:
    """Prove the questions of Moodle XML files (default: the exported ones) on a server."""
    bank = _load(root)
    try:
        exported = sorted((root / "moodle").glob("*.xml"), key=lambda file: _place(file, bank))
        quizzes = {file: read_quiz(file) for file in xml or exported}
        types = types_of(bank) | types_among(itertools.chain(*quizzes.values()))
    except XmlError as error:
        raise click.ClickException(str(error)) from error
    run = _Run(types, gather(bank), JobeClient(server, api_key=key))
    console = Console()
    proved = True
    for file, questions in quizzes.items():
        proofs = run.proofs(console, file.name, questions)
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
    quiz = etree.Element("quiz")
    quiz.append(question_xml(entry, language, bank.idnumber(entry, language)))
    (question,) = read_questions(quiz, name)
    jobe = JobeClient(server, api_key=key)
    try:
        if isinstance(question, CodeRunnerQuestion):
            compute(question, types_of(bank), jobe, wanted)
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


@main.command()
@bank_option
@server_option
@key_option
@click.option("--port", default=4001, show_default=True, help="Of the page, on 127.0.0.1.")
def preview(root: Path, server: str, key: str, port: int) -> None:
    """Show the bank as a web page on which the questions can be answered."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # not each request
    page = make_server(
        "127.0.0.1", port, create_app(root, JobeClient(server, api_key=key)), threaded=True
    )
    click.echo(f"http://127.0.0.1:{page.port} (programs run on {server}); Ctrl-C ends it")
    with contextlib.suppress(KeyboardInterrupt):
        page.serve_forever()


@dataclass(frozen=True, slots=True)
class _Run:
    """What it takes to prove questions."""

    types: dict[str, CodeRunnerQuestion]
    evidence: dict[str, Evidence]
    jobe: JobeClient

    def proofs(self, console: Console, title: str, questions: tuple[Question, ...]) -> list[Proof]:
        """Prove each question of a file, with a progress bar."""
        cpu_only = any(map(wants_gpu, questions)) and not has_gpu(self.jobe)
        known = [
            (question, self._evidence(question, cpu_only=cpu_only and wants_gpu(question)))
            for question in questions
            if not (isinstance(question, CodeRunnerQuestion) and question.is_prototype)
        ]
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
            task = progress.add_task(title, total=sum(steps(*pair) for pair in known))
            found = []
            for question, evidence in known:
                progress.update(task, description=question.name)
                advance = lambda: progress.advance(task)  # noqa: E731 - a name for one line
                found.append(prove(question, self.types, evidence, self.jobe, advance))
            return found

    def _evidence(self, question: Question, *, cpu_only: bool) -> Evidence:
        known = self.evidence.get(question.idnumber, Evidence())
        return replace(known, cpu_only=cpu_only)


def _place(file: Path, bank: Bank) -> tuple[bool, str]:
    """What sorts a bank's files: that with the question types first, as for an import."""
    return not file.name.startswith(bank.files()[:1]), file.name


def _load(root: Path, *, computing: bool = False) -> Bank:
    try:
        return load_bank(root, computing=computing)
    except BankError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
