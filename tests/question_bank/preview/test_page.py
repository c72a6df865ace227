"""The page over HTTP: both languages, mistakes, pictures, what is refused."""

import re
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml.html import fromstring

from question_bank.client import JobeClient
from question_bank.load import BANK
from question_bank.preview.app import create_app

NOWHERE = JobeClient("http://127.0.0.1:9")


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A copy of the bank's sources, to be spoiled."""
    for name in ("questions", "prototypes", "support"):
        shutil.copytree(BANK / name, tmp_path / name)
    shutil.copy(BANK / "bank.toml", tmp_path)
    return tmp_path


def client(root: Path = BANK, modules: Path = Path("/nowhere")) -> FlaskClient:
    return create_app(root, NOWHERE, modules).test_client()


def test_the_first_language_is_home() -> None:
    assert client().get("/").location == "/ru"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        pytest.param("ru", ["Проверить", "Изменение формы массива", "Слой на GPU"], id="ru"),
        pytest.param("en", ["Check", "Reshaping an array", "A layer on the GPU"], id="en"),
    ],
)
def test_a_page_holds_the_whole_bank(language: str, said: list[str]) -> None:
    page = client().get(f"/{language}").text
    assert [words for words in said if words not in page] == []
    html = fromstring(page)
    assert html.get("lang") == language
    assert len(html.findall(".//article")) == 8


def test_the_page_tells_no_answers_before_check() -> None:
    """But for those who unfold the feedback: an author may."""
    page = re.sub(r"<details>.*?</details>", "", client().get("/en").text, flags=re.DOTALL)
    assert "No: an object is a picture" not in page
    assert "x @ w.T" not in page


@pytest.mark.parametrize("path", ["/fr", "/en/0", "/en/9"], ids=["language", "zeroth", "ninth"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    asked = client()
    answer = asked.get(path) if path.count("/") == 1 else asked.post(path, json={})
    assert answer.status_code == 404


def test_another_sites_form_cannot_have_programs_run() -> None:
    """A browser sends JSON across sites only after asking, which the page does not answer."""
    asked = client()
    assert asked.post("/en/5", data='{"program": "1"}').status_code == 415
    headers = {"Origin": "http://elsewhere.example", "Access-Control-Request-Method": "POST"}
    assert "Access-Control-Allow-Origin" not in asked.options("/en/5", headers=headers).headers


def test_an_answer_in_no_form_is_refused() -> None:
    assert client().post("/en/1", json={"chosen": ["first"]}).status_code == 400


def test_a_server_that_is_down_is_told_and_costs_no_mark() -> None:
    answer = client().post("/en/5", json={"program": "x"}).json
    assert answer is not None
    assert answer["fraction"] is None
    assert "Jobe server request failed" in answer["html"]


@pytest.mark.cell
def test_what_a_program_prints_is_shown_and_not_obeyed(server_url: str) -> None:
    asked = create_app(BANK, JobeClient(server_url)).test_client()
    program = "print('<script>alert(1)</script>'); fc_out = fc_out_alternative = 1"
    answer = asked.post("/en/5", json={"program": program}).json
    assert answer is not None
    assert "&lt;script&gt;alert(1)" in answer["html"]
    assert "<script>" not in answer["html"]


def test_mistakes_stand_in_place_of_the_questions(bank: Path) -> None:
    asked = client(bank)
    assert asked.get("/en").status_code == 200
    file = bank / "questions" / "accuracy" / "question.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("percent = 100", "percent = 99"), encoding="utf-8")
    page = asked.get("/en")
    assert page.status_code == 500
    assert "question.toml:20: Moodle refuses the fraction 99" in page.text
    answer = asked.post("/en/1", json={"chosen": [0]}).json
    assert answer is not None
    assert "Moodle refuses the fraction 99" in answer["html"]


def test_what_an_author_changes_is_there_after_a_reload(bank: Path) -> None:
    asked = client(bank)
    (bank / "questions" / "accuracy" / "statement.en.md").write_text("Another *text*.")
    assert "Another <em>text</em>." in asked.get("/en").text


def test_what_cannot_be_graded_here_is_shown_and_says_so(bank: Path) -> None:
    rest = "<templateparams>{}</templateparams>"
    (bank / "questions" / "linear_forward" / "rest.xml").write_text(rest)
    asked = client(bank)
    page = asked.get("/en")
    assert page.status_code == 200
    assert "fc_out_alternative = ..." in page.text
    answer = asked.post("/en/5", json={"program": "x"}).json
    assert answer is not None
    assert answer["fraction"] is None
    assert "this client does not act out templateparams" in answer["html"]


def test_pictures_are_in_the_page(bank: Path) -> None:
    folder = bank / "questions" / "accuracy"
    (folder / "images").mkdir()
    (folder / "images" / "a.png").write_bytes(b"PNG")
    (folder / "statement.en.md").write_text("![](@@PLUGINFILE@@/a.png) ![](@@PLUGINFILE@@/b.png)")
    page = client(bank).get("/en").text
    assert 'src="data:image/png;base64,UE5H"' in page
    assert "@@PLUGINFILE@@/b.png" in page


def test_the_editor_is_used_where_npm_has_installed_it(tmp_path: Path) -> None:
    assert "codemirror" not in client().get("/en").text
    (tmp_path / "codemirror" / "lib").mkdir(parents=True)
    (tmp_path / "codemirror" / "lib" / "codemirror.js").write_text("1")
    asked = client(modules=tmp_path)
    assert "/modules/codemirror/lib/codemirror.js" in asked.get("/en").text
    with asked.get("/modules/codemirror/lib/codemirror.js") as module:
        assert module.get_data(as_text=True) == "1"
    assert asked.get("/modules/../bank.toml").status_code == 404
