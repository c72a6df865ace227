"""Settings: where they come from, what is refused, and how the refusal reads."""

from pathlib import Path

import pytest

from jobe_torch.config import BadSetting, LogFormat, Settings, load


def toml(folder: Path, text: str) -> Path:
    file = folder / "server.toml"
    file.write_text(text)
    return file


def test_without_anything_the_defaults_hold() -> None:
    assert load() == Settings()


def test_a_flag_beats_the_environment_which_beats_the_file(tmp_path: Path) -> None:
    file = toml(tmp_path, "port = 1\nwait_seconds = 1\nline_length = 1\n")
    settings = load(
        file=file,
        environment={"JOBE_TORCH_PORT": "2", "JOBE_TORCH_WAIT_SECONDS": "2"},
        flags={"port": "3"},
    )
    assert (settings.port, settings.wait_seconds, settings.line_length) == (3, 2.0, 1)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("debugging", "true", True),
        ("log_format", "json", LogFormat.JSON),
        ("body_max_bytes", "3M", 3 << 20),
        ("memory_max_bytes", "1G", 1 << 30),
        ("disk_max_bytes", "4096", 4096),
        ("files_directory", "/srv/files", Path("/srv/files")),
        (
            "cors_origins",
            "https://a.example, https://b.example",
            ("https://a.example", "https://b.example"),
        ),
        ("cors_origins", "", ()),
    ],
)
def test_texts_become_what_the_setting_is(name: str, text: str, value: object) -> None:
    assert getattr(load(flags={name: text}), name) == value


def test_a_file_gives_typed_values_and_sizes(tmp_path: Path) -> None:
    file = toml(tmp_path, 'cors_origins = ["*"]\nmetrics = false\nfiles_max_bytes = "2G"\n')
    settings = load(file=file)
    assert (settings.cors_origins, settings.metrics) == (("*",), False)
    assert settings.files_max_bytes == 2 << 30


@pytest.mark.parametrize(
    ("variable", "text", "complaint"),
    [
        ("JOBE_TORCH_PROT", "80", "there is no setting prot"),
        ("JOBE_TORCH_PORT", "http", "Expected `int`, got 'http' (values: number, 0 to 65535)"),
        ("JOBE_TORCH_PORT", "70000", "<= 65535"),
        ("JOBE_TORCH_CELLS", "0", ">= 1"),
        ("JOBE_TORCH_WAIT_SECONDS", "nan", ">= 0"),
        ("JOBE_TORCH_BODY_MAX_BYTES", "3T", "Expected `int`"),
        ("JOBE_TORCH_LOG_FORMAT", "xml", "got 'xml' (values: text or json)"),
        ("JOBE_TORCH_METRICS", "perhaps", "Expected `bool`"),
    ],
)
def test_a_bad_variable_is_an_error_that_names_it(variable: str, text: str, complaint: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        load(environment={variable: text})
    assert str(refusal.value).startswith(f"{variable}: ")
    assert complaint in str(refusal.value)


@pytest.mark.parametrize("service", ["JOBE_TORCH", "JOBE_TORCH_WEB"])
def test_what_kubernetes_says_of_a_service_is_no_setting(service: str) -> None:
    links = {
        f"{service}_SERVICE_HOST": "10.0.0.11",
        f"{service}_SERVICE_PORT": "4000",
        f"{service}_SERVICE_PORT_HTTP": "4000",
        f"{service}_PORT": "tcp://10.0.0.11:4000",
        f"{service}_PORT_4000_TCP": "tcp://10.0.0.11:4000",
        f"{service}_PORT_4000_TCP_PROTO": "tcp",
        f"{service}_PORT_4000_TCP_PORT": "4000",
        f"{service}_PORT_4000_TCP_ADDR": "10.0.0.11",
    }
    assert load(environment={**links, "JOBE_TORCH_CELLS": "3"}) == Settings(cells=3)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("prot = 80", "there is no setting prot"),
        ("port = true", "Expected `int`, got True"),
        ("port = 80.5", "Expected `int`, got 80.5"),
        ("metrics = 1", "Expected `bool`, got 1 (values: true or false)"),
        ("port = ", "Invalid value"),
    ],
)
def test_a_bad_file_is_an_error_that_names_it(tmp_path: Path, text: str, complaint: str) -> None:
    file = toml(tmp_path, text)
    with pytest.raises(BadSetting) as refusal:
        load(file=file)
    assert str(refusal.value).startswith(f"{file}: ")
    assert complaint in str(refusal.value)


def test_an_absent_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"nowhere\.toml"):
        load(file=tmp_path / "nowhere.toml")


def test_a_bad_flag_is_an_error_that_names_it() -> None:
    with pytest.raises(BadSetting, match=r"^--wait-seconds: "):
        load(flags={"wait_seconds": "soon"})
