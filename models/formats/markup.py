"""HTML and OpenDocument: text in blocks, scripts and styles left out, no address ever fetched."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from core.errors import UnreadableFile
from models.formats.extract import Extract
from models.formats.limits import Limits, open_archive
from models.formats.plain import decode
from models.tokens import word_set

_SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "head", "title", "iframe", "object", "nav", "footer"}
)
_BLOCKS = word_set(
    "address article aside blockquote body br dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li main nav"
    " ol p pre section table tbody tfoot thead tr ul"
)
_SPACED = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "section", "table", "ul", "ol"})
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._silent = 0  # whatever of the head was never closed
        elif tag in _SILENT:
            self._silent += 1
        elif tag == "li":
            self.parts.append("\n• ")
        elif tag in ("td", "th"):
            self.parts.append("   ")
        elif tag in _BLOCKS:
            self.parts.append("\n\n" if tag in _SPACED else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(" ".join(data.split()).join((_edge(data[:1]), _edge(data[-1:]))))


def _edge(character: str) -> str:
    return " " if character.isspace() else ""


def read_html(content: bytes, _: Limits) -> Extract:
    parser = _Html()
    parser.feed(decode(content))
    parser.close()
    return Extract("\n".join(line.strip(" ") for line in "".join(parser.parts).split("\n")))


def read_odt(content: bytes, limits: Limits) -> Extract:
    with open_archive(content, limits) as archive:
        packed = archive.read("content.xml")
    try:
        root: Element = ElementTree.fromstring(packed, forbid_dtd=True)
    except (ParseError, DefusedXmlException):
        raise UnreadableFile("the document is damaged: its content cannot be read; save it again") from None
    return Extract("\n".join(_paragraphs(root)))


def _paragraphs(element: Element, bullet: str = "") -> Iterator[str]:
    if element.tag in (_TEXT + "p", _TEXT + "h"):
        yield bullet + "".join(_inline(element))
        return
    for child in element:
        if child.tag != _TEXT + "tracked-changes":
            yield from _paragraphs(child, "• " if element.tag == _TEXT + "list-item" else bullet)


def _inline(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == _TEXT + "s":
            yield " "
        elif child.tag == _TEXT + "tab":
            yield "   "
        elif child.tag == _TEXT + "line-break":
            yield "\n"
        else:
            yield from _inline(child)
        yield child.tail or ""
