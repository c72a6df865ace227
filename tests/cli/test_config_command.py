"""``jobe-torch config``, the flags of settings, and the page of documentation."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from jobe_torch.cli import main
from jobe_torch.cli.show_config import settings_page
from jobe_torch.config import Settings, describe, load

ROOT = Path(__file__).parents[2]


def printed(*words: str, **environment: str) -> str:
    result = CliRunner().invoke(main, ["config", *words], env=environment)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_page_of_settings_is_current() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    assert page == settings_page(), "run: jobe-torch config --markdown > docs/settings.md"


def test_what_is_printed_can_be_read_back(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text(printed("--port=81", "--cors-origins=https://a.example,https://b.example"))
    assert load(file=file) == load(
        flags={"port": "81", "cors_origins": "https://a.example,https://b.example"}
    )


def test_every_setting_is_printed_documented_and_a_flag() -> None:
    output, page = printed(), settings_page()
    usage = CliRunner().invoke(main, ["serve", "--help"]).output
    for name in Settings.__struct_fields__:
        assert f"\n{name} = " in f"\n{output}"
        assert f"| `{name}` |" in page
        assert f"--{name.replace('_', '-')} " in usage


def test_every_setting_has_its_meaning_in_words() -> None:
    for one in describe():
        assert one.meaning.endswith(".")
        assert one.default
        assert one.kind


def test_a_flag_beats_the_environment_which_beats_the_file(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text("port = 1\ncells = 1\nline_length = 1\n")
    output = printed(
        "--port=3", JOBE_TORCH_CONFIG=str(file), JOBE_TORCH_PORT="2", JOBE_TORCH_CELLS="2"
    )
    assert "port = 3\n" in output
    assert "cells = 2\n" in output
    assert "line_length = 1\n" in output


@pytest.mark.parametrize(
    ("words", "environment", "complaint"),
    [
        (["--port=x"], {}, "Error: --port: Expected `int`"),
        ([], {"JOBE_TORCH_PROT": "1"}, "Error: JOBE_TORCH_PROT: there is no setting prot"),
        (["--config=/nowhere.toml"], {}, "Error: /nowhere.toml: "),
    ],
    ids=["flag", "environment", "file"],
)
def test_what_is_wrong_is_named(
    words: list[str], environment: dict[str, str], complaint: str
) -> None:
    result = CliRunner().invoke(main, ["config", *words], env=environment)
    assert result.exit_code == 2
    assert complaint in result.output
