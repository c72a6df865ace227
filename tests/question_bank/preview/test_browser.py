"""The page in Chromium: an author takes the quiz, with and without the editor."""

import shutil
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from question_bank.client import JobeClient
from question_bank.load import BANK
from question_bank.preview.app import MODULES, create_app
from tests.absent import absent

pytestmark = [pytest.mark.browser, pytest.mark.cell, pytest.mark.slow]

RIGHT: dict[int, Sequence[int | str]] = {
    1: [0, 2],
    2: [
        *("(1500, 14, 32, 7)", "(6000, 28, 28)", "ValueError", "(28, 6000, 28)"),
        *("(4704000,)", "(4704000, 1, 1)", "(784, 6000)"),
    ],
    3: [0, 2],
    4: [1],
}
PROGRAMS = {5: "linear_forward", 6: "linear_gradients"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's own: nothing is downloaded."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        absent("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        # As root Chromium has no sandbox of its own; it opens nothing but our page.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["plain, desk", "editor, desk", "editor, phone"])
def look(request: pytest.FixtureRequest) -> tuple[bool, int]:
    """Whether there is the editor, and the width of the screen."""
    editor, screen = request.param.split(", ")
    return editor == "editor", {"desk": 1280, "phone": 360}[screen]


@pytest.fixture
def url(look: tuple[bool, int], server_url: str) -> Iterator[str]:
    modules = MODULES if look[0] else Path("/nowhere")
    if look[0] and not (MODULES / "codemirror").exists():
        absent("the editor is not installed (npm ci --prefix question_bank/preview)")
    page = make_server(
        "127.0.0.1", 0, create_app(BANK, JobeClient(server_url), modules), threaded=True
    )
    thread = threading.Thread(target=page.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{page.port}"
    page.shutdown()
    thread.join()
    page.server_close()


@pytest.fixture
def page(chromium: Browser, url: str, look: tuple[bool, int]) -> Iterator[Page]:
    """The page in English; whatever its console says is a failure."""
    context = chromium.new_context(viewport={"width": look[1], "height": 800})
    page = context.new_page()
    page.set_default_timeout(30_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{url}/en")
    yield page
    context.close()
    assert not said


def write(page: Page, number: int, program: str) -> None:
    """Put a program into an answer box by keyboard."""
    card = page.locator(f"#question-{number}")
    editor = card.locator(".CodeMirror")
    (editor if editor.count() else card.locator("textarea")).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(program)


def written(page: Page, number: int) -> str:
    card = page.locator(f"#question-{number}")
    if card.locator(".CodeMirror").count():
        return str(card.locator(".CodeMirror").evaluate("e => e.CodeMirror.getValue()"))
    return card.locator("textarea").input_value()


def choose(page: Page, number: int, right: Sequence[int | str]) -> None:
    card = page.locator(f"#question-{number}")
    for at, each in enumerate(right):
        if isinstance(each, str):
            card.locator("select").nth(at).select_option(each)
        else:
            card.locator("input").nth(each).check()


def outcome(page: Page, number: int) -> str:
    page.locator(f"#question-{number} .check").click()
    return str(page.locator(f"#question-{number} .verdict").inner_text())


def answer(folder: str, name: str) -> str:
    return (BANK / "questions" / folder / name).read_text(encoding="utf-8")


def test_right_answers_earn_every_mark(page: Page) -> None:
    for number, right in RIGHT.items():
        choose(page, number, right)
        assert outcome(page, number) == "Correct · 1.00 / 1.00"
    for number, folder in PROGRAMS.items():
        write(page, number, answer(folder, "answer.py"))
        assert outcome(page, number) == "Correct · 1.00 / 1.00"
    expect(page.locator(".total")).to_have_text("6.00 / 8.00")
    assert page.locator("progress").evaluate("e => e.value") == 6 / 8
    assert page.locator(".chips .good").count() == 6


def test_wrong_answers_earn_none_and_learn_why(page: Page) -> None:
    choose(page, 1, [1])
    assert outcome(page, 1) == "Incorrect · 0.00 / 1.00"
    expect(page.locator("#question-1 .option").nth(1)).to_contain_text("together with its label")
    write(page, 5, answer("linear_forward", "wrong/no_transpose.py"))
    assert outcome(page, 5) == "Incorrect · 0.00 / 1.00"
    result = page.locator("#question-5 .result")
    expect(result).to_contain_text("x.shape = (1, 2)")
    expect(result.locator("tbody tr:visible .tick")).to_have_text(["✗"])
    expect(page.locator(".total")).to_have_text("0.00 / 8.00")


def test_whoever_learns_earns_the_mark_in_the_next_try(page: Page) -> None:
    choose(page, 4, [0])
    assert outcome(page, 4) == "Incorrect · 0.00 / 1.00"
    choose(page, 4, [1])
    page.locator("#question-4 .check").click()
    expect(page.locator("#question-4 .verdict")).to_have_text("Correct · 1.00 / 1.00")
    expect(page.locator(".total")).to_have_text("1.00 / 8.00")


def test_hidden_tests_are_shown_on_demand_only(page: Page) -> None:
    write(page, 5, answer("linear_forward", "wrong/hard_coded_result.py"))
    assert outcome(page, 5) == "Incorrect · 0.00 / 1.00"
    rows = page.locator("#question-5 .result tbody tr:visible")
    expect(rows).to_have_count(1)
    expect(page.locator("#question-5 .result")).to_contain_text("failed one or more hidden tests")
    page.locator("#teacher").check()
    expect(rows).to_have_count(3)


def test_reset_brings_back_what_was_given(page: Page) -> None:
    given = written(page, 6)
    assert given.startswith("import torch\n\nx = ")
    write(page, 6, "nothing")
    assert written(page, 6) == "nothing"
    page.locator("#question-6 .reset").click()
    assert written(page, 6) == given


def test_the_keyboard_is_enough(page: Page) -> None:
    """Tab reaches the first option, Space ticks it, Ctrl+Enter checks."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#question-1 input')"):
            break
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#question-1 .verdict")).to_have_text("Partially correct · 0.50 / 1.00")
    write(page, 5, answer("linear_forward", "answer.py"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#question-5 .verdict")).to_have_text("Correct · 1.00 / 1.00")


def test_nothing_is_wider_than_the_screen(page: Page, look: tuple[bool, int]) -> None:
    page.locator("#teacher").check()
    write(page, 6, answer("linear_gradients", "wrong/no_transpose.py"))
    outcome(page, 6)
    for details in page.locator("summary").all():
        details.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= look[1]


def test_formulas_are_typeset_where_npm_has_installed_it(page: Page) -> None:
    if page.locator(".CodeMirror").count():
        expect(page.locator("#question-5 .statement mjx-container")).to_have_count(2)
    else:
        expect(page.locator("#question-5 .statement")).to_contain_text(r"\[ y = x A^T + b, \]")


def test_russian_is_one_press_away(page: Page) -> None:
    page.get_by_role("link", name="RU").click()
    choose(page, 4, [0])
    assert outcome(page, 4) == "Неверно · 0.00 / 1.00"
