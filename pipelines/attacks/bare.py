"""The baseline of attacks: all text that a file holds, as a plain extractor gives it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser

import docx
import pypdfium2
from defusedxml import ElementTree

_RTF = re.compile(r"\\'[0-9a-f]{2}|\\\*|\\u(-?\d+) ?\??|\\[a-z]+-?\d* ?|[{}\r]")


def bare_text(content: bytes, ending: str) -> str:
    match ending:
        case ".pdf":
            return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        case ".docx":
            return "\n".join(_word(docx.Document(io.BytesIO(content))))
        case ".odt":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                root = ElementTree.fromstring(archive.read("content.xml"))
            return "\n".join(root.itertext())
        case ".html":
            page = _Page()
            page.feed(content.decode())
            return "\n".join(page.parts)
        case ".rtf":
            return _RTF.sub(_character, content.decode("cp1252").replace(r"\par", "\n"))
        case ".json":
            return "\n".join(_strings(json.loads(content)))
        case _:
            return content.decode()


def _word(document: docx.document.Document) -> Iterator[str]:
    """Paragraphs in the order of the body, those of tables and boxes too, whatever their look."""
    for paragraph in document.element.body.iter("{*}p"):
        text = "".join(node.text or "" for node in paragraph.iter("{*}t", "{*}delText", "{*}instrText"))
        yield "\n" + text if paragraph.find("{*}pPr/{*}pStyle[@{*}val]") is not None else text


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1]) % 65536) if match[1] else ""


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
