"""Read and build Moodle XML so that every character is kept (reference B1).

XML parsers turn CR LF into LF, but Moodle's keeps it. So in our trees a CR is
``CR``, a character of no other meaning; ``parse`` puts it there, ``serialise`` takes
it away, and ``content`` reads it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from lxml import etree
from lxml.etree import _Element as Element

from question_bank.model import SupportFile

__all__ = [
    "add_images",
    "content",
    "html_text",
    "leaf",
    "own_file",
    "parse",
    "parse_file",
    "serialise",
    "text",
    "trim",
]

CR = "\ue00d"

_CHARACTERS = re.compile(r"<!\[CDATA\[.*?\]\]>|>[^<>]*[^\s<>][^<>]*<", re.DOTALL)
_REFERENCE = re.compile(r"@@PLUGINFILE@@/([^\"'?#<>\s]+)")


def parse(xml: str) -> Element:
    """The root of a document, or of a piece of one.

    Raises:
        lxml.etree.XMLSyntaxError: It is not well formed.
    """
    kept = _CHARACTERS.sub(lambda found: found[0].replace("\r", CR), xml)
    return etree.fromstring(kept.encode(), etree.XMLParser(strip_cdata=False, encoding="utf-8"))


def parse_file(file: Path) -> Element:
    """The root of a file.

    Raises:
        lxml.etree.XMLSyntaxError: It is not well formed.
        UnicodeDecodeError: It is not UTF-8.
    """
    return parse(file.read_bytes().decode("utf-8-sig"))


def serialise(element: Element) -> str:
    """An element as text, without what follows it."""
    return etree.tostring(element, encoding="unicode", with_tail=False).replace(CR, "\r")


def content(element: Element | None) -> str:
    """The text directly in an element; none if there is no element."""
    return ("" if element is None else element.text or "").replace(CR, "\r")


def trim(value: str) -> str:
    """A text as PHP's trim leaves it: Unicode's own blanks stay."""
    return value.strip(" \t\n\r\0\v")


def leaf(parent: Element, name: str, value: str) -> Element:
    """An element with text; CDATA wherever an entity would cost blanks."""
    element = etree.SubElement(parent, name)
    if set(value) & set("<>&\n\r"):
        element.text = etree.CDATA(value.replace("\r", CR))
    else:
        element.text = value or None
    return element


def text(parent: Element, name: str, value: str, **attributes: str) -> Element:
    """An element whose ``text`` child has the text."""
    element = etree.SubElement(parent, name, attributes)
    leaf(element, "text", value)
    return element


def html_text(parent: Element, name: str, markup: str, images: Iterable[SupportFile]) -> Element:
    """An element with HTML and those images which the HTML refers to."""
    element = text(parent, name, markup, format="html")
    add_images(element, markup, images)
    return element


def add_images(element: Element, markup: str, images: Iterable[SupportFile]) -> None:
    """Put the images which HTML refers to beside its ``text``."""
    names = {unquote(name) for name in _REFERENCE.findall(markup)}
    for image in images:
        if image.name in names:
            own_file(element, image)


def own_file(parent: Element, file: SupportFile) -> None:
    """A file, carried in the XML."""
    element = etree.SubElement(parent, "file", name=file.name, path="/", encoding="base64")
    element.text = base64.b64encode(file.content).decode("ascii")
