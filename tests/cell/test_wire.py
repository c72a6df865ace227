"""Frames come back as they went out; anything else is refused."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobe_torch.cell.wire import (
    MAX_FRAME_BYTES,
    Clock,
    File,
    Job,
    Limits,
    Message,
    Ready,
    Report,
    Started,
    Step,
    StepOutcome,
    WireError,
    decode,
    encode,
    read_frame,
)

texts = st.text(st.characters(codec="utf-8"))
seconds = st.floats(0, 1e9)
limits = st.builds(
    Limits,
    cpu_seconds=seconds,
    wall_seconds=seconds,
    memory_bytes=st.integers(0),
    file_bytes=st.integers(-1),
    stream_bytes=st.integers(0),
    processes=st.integers(0),
)
steps = st.builds(Step, argv=st.lists(texts).map(tuple), limits=limits)
outcomes = st.builds(
    StepOutcome,
    timed_out=st.none() | st.sampled_from(Clock),
    cpu_seconds=seconds,
    wall_seconds=seconds,
)
messages: st.SearchStrategy[Message] = st.one_of(
    st.builds(Ready, modules=st.dictionaries(texts, texts)),
    st.builds(
        Job,
        files=st.lists(st.builds(File, name=texts, content=st.binary())).map(tuple),
        compile=st.none() | steps,
        run=steps,
    ),
    st.builds(Started),
    st.builds(Report, compile=st.none() | outcomes, run=st.none() | outcomes),
)


@given(messages)
def test_a_message_survives_the_stream(message: Message) -> None:
    assert read_frame(io.BytesIO(encode(message)).read) == message


@given(messages, st.data())
def test_a_cut_stream_is_an_end_and_never_a_message(message: Message, data: st.DataObject) -> None:
    frame = encode(message)
    cut = frame[: data.draw(st.integers(0, len(frame) - 1))]
    with pytest.raises(EOFError):
        read_frame(io.BytesIO(cut).read)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        pytest.param(b"{", b"", id="no JSON"),
        pytest.param(b"null", b"", id="not a pair"),
        pytest.param(b'["Nonsense", []]', b"", id="unknown message"),
        pytest.param(b'["Started", []]', b"", id="missing field"),
        pytest.param(b'["Started", [1]]', b"", id="wrong type"),
        pytest.param(b'["Started", ["a"]]', b"x", id="bytes that belong to nothing"),
        pytest.param(b"[" * 100_000, b"", id="deep nesting"),
    ],
)
def test_nonsense_is_refused(header: bytes, body: bytes) -> None:
    with pytest.raises(WireError):
        decode(header, body)


def test_a_size_over_the_bound_is_refused_before_it_is_read() -> None:
    prefix = struct.pack(">II", MAX_FRAME_BYTES, 1)
    with pytest.raises(WireError, match="too long"):
        read_frame(io.BytesIO(prefix).read)


def test_a_piece_longer_than_the_body_is_refused() -> None:
    frame = encode(Job("a", (File("f", b"abc"),), b"", None, Step((), Limits(1, 1, 0, 0, 0, 1))))
    with pytest.raises(WireError):
        decode(frame[8:].split(b"abc")[0], b"ab")
