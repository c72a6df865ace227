"""The web application: the page in each language, and Check.

Sources are read anew for every page, so that an author edits, reloads and sees.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import msgspec
from flask import Flask, Response, abort, jsonify, redirect, render_template, request
from flask import send_from_directory as send
from werkzeug.wrappers import Response as AnyResponse

from question_bank.client import JobeClient
from question_bank.coderunner import UncheckableError
from question_bank.load import BankError, load_bank
from question_bank.model import Bank
from question_bank.preview.cards import Card, sections
from question_bank.preview.marking import Answered, Marked, mark
from question_bank.preview.words import WORDS
from question_bank.question_types import types_of
from question_bank.spec import Language

__all__ = ["create_app"]

MODULES = Path(__file__).parent / "node_modules"
"""What npm installed; the page does without."""

_EDITOR, _FORMULAS = "codemirror/lib/codemirror.js", "mathjax/es5/tex-svg.js"


def create_app(root: Path, jobe: JobeClient, modules: Path = MODULES) -> Flask:
    """The application.

    Args:
        root: Folder of the bank.
        jobe: Where programs run.
        modules: Where npm installs; nothing need be there.
    """
    app = Flask(__name__)

    @app.get("/")
    def home() -> AnyResponse:
        try:
            return redirect(f"/{load_bank(root).languages[0]}")
        except BankError:
            return redirect(f"/{Language.EN}")

    @app.get("/<language>")
    def page(language: str) -> str | tuple[str, int]:
        chosen = _language(language)
        try:
            bank = load_bank(root)
        except BankError as error:
            return render_template(
                "mistakes.html", language=chosen, words=WORDS[chosen], errors=error.errors
            ), 500
        return render_template(
            "page.html",
            language=chosen,
            languages=bank.languages,
            words=WORDS[chosen],
            sections=tuple(sections(bank, chosen)),
            editor=(modules / _EDITOR).exists(),
            formulas=(modules / _FORMULAS).exists(),
        )

    @app.post("/<language>/<int:number>")
    def check(language: str, number: int) -> Response:
        chosen = _language(language)
        if not request.is_json:  # so no other site's form can have programs run here
            abort(415)
        try:
            answered = msgspec.json.decode(request.get_data(), type=Answered)
            bank = load_bank(root)
            card = _card(bank, chosen, number)
            marked = mark(card, answered, types_of(bank), jobe)
        except msgspec.ValidationError as error:
            abort(400, str(error))
        except (BankError, UncheckableError) as error:
            return jsonify(fraction=None, notes=[], html=_message(chosen, str(error)))
        return jsonify(
            fraction=marked.fraction,
            notes=[asdict(note) for note in marked.notes],
            html=_outcome(chosen, card, marked),
        )

    @app.get("/modules/<path:file>")
    def module(file: str) -> Response:
        return send(modules, file)

    return app


def _language(name: str) -> Language:
    try:
        return Language(name)
    except ValueError:
        abort(404)


def _card(bank: Bank, language: Language, number: int) -> Card:
    cards = [card for section in sections(bank, language) for card in section.cards]
    if not 0 < number <= len(cards):
        abort(404)
    return cards[number - 1]


def _outcome(language: Language, card: Card, marked: Marked) -> str:
    return render_template("outcome.html", words=WORDS[language], card=card, marked=marked)


def _message(language: Language, text: str) -> str:
    return render_template("message.html", words=WORDS[language], text=text)
