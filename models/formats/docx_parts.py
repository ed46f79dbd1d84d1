"""The parts of a DOCX beside its body: styles, theme, notes, comments and properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from docx.document import Document
from docx.opc.part import Part, XmlPart
from docx.oxml.ns import qn
from lxml import etree

from core.domain import Flag
from models.formats.docx_theme import Theme
from models.formats.extract import hidden
from models.formats.ink import WHITE, Ink, ink_of
from models.formats.unseen import count

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_WORD = re.compile(r"\w+")
_WORDS = 12  # of properties and instructions: fewer are names, keywords and formulas
_NOTED = 8  # of comments
_DATA = 20  # of custom data: programs keep their own there
_OURS = 0.85  # of the words: what is seen elsewhere in the document too
_PLAIN_FIELDS = ("HYPERLINK", "TOC", "PAGE", "REF", "NUMPAGES", "DATE", "MERGEFIELD", "FORMTEXT", "INCLUDEPICTURE")


class Parts:
    """Also gathers what stands in the file and not on the page: `beside` judges it when the page's text is known."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._package = document.part.package
        self._instructions: list[str] = []
        self._moved: list[str] = []
        self._passed_over: list[str] = []

    def _root(self, ending: str) -> etree._Element | None:
        """The root of the first part whose name ends so."""
        for part in self._package.iter_parts():
            if str(part.partname).lower().endswith(ending):
                return _read(part)
        return None

    @cached_property
    def styles(self) -> etree._Element | None:
        return self._root("word/styles.xml")

    @cached_property
    def theme(self) -> Theme:
        return Theme(self._root("theme/theme1.xml"))

    @cached_property
    def ground(self) -> Ink:
        """The page's colour, where Word is told to show it."""
        background = self._document.element.find(qn("w:background"))
        settings = self._root("word/settings.xml")
        shown = settings is not None and settings.find(qn("w:displayBackgroundShape")) is not None
        found = ink_of(background.get(qn("w:color"), "")) if background is not None and shown else None
        return found[0] if found else WHITE

    def headers(self) -> Iterator[etree._Element]:
        for part in self._package.iter_parts():
            if "/header" in str(part.partname) and (root := _read(part)) is not None:
                yield root

    @cached_property
    def _notes(self) -> dict[tuple[str, str], str]:
        found = {}
        for kind in ("footnote", "endnote"):
            root = self._root(f"word/{kind}s.xml")
            for note in () if root is None else root.iterfind(qn(f"w:{kind}")):
                found[kind, note.get(qn("w:id"), "")] = _text(note)
        return found

    def note(self, reference: etree._Element) -> str:
        kind = etree.QName(reference).localname.removesuffix("Reference")
        return self._notes.get((kind, reference.get(qn("w:id"), "")), "")

    def instruction(self, text: str) -> None:
        self._instructions.append(text)

    def moved(self, text: str) -> None:
        self._moved.append(text)

    def passed_over(self, box: etree._Element) -> None:
        self._passed_over.append(_text(box))

    def beside(self, seen: str) -> Iterator[Flag]:
        """Flags of what is in the file, long enough to be a text, and not on the page."""
        known = set(_WORD.findall(seen.lower()))
        fields = " ".join(one for one in self._instructions if not one.strip().upper().startswith(_PLAIN_FIELDS))
        for reason, text, least in (
            ("a copy for older programs that says something else", " ".join(self._passed_over), 3),
            ("moved, and kept by the tracking of changes", " ".join(self._moved), _NOTED),
            ("a comment", self._comments(), _NOTED),
            ("instructions of fields", fields, _WORDS),
            ("properties of the document", self._properties(), _WORDS),
            ("data in the file", self._data(), _DATA),
        ):
            if count(text) >= least and not _says_the_same(text, known):
                yield hidden(reason, text)

    def _comments(self) -> str:
        root = self._root("word/comments.xml")
        return "" if root is None else _text(root)

    def _properties(self) -> str:
        core = self._document.core_properties
        custom = self._root("docprops/custom.xml")
        more = "" if custom is None else _all(custom)
        return " ".join((core.keywords, core.comments, core.subject, core.category, more))

    def _data(self) -> str:
        parts = [
            part for part in self._package.iter_parts() if str(part.partname).lower().startswith("/customxml/item")
        ]
        roots = [_read(part) for part in parts if "props" not in str(part.partname).lower()]
        return " ".join(_all(root) for root in roots if root is not None)


def _says_the_same(text: str, known: set[str]) -> bool:
    said = set(_WORD.findall(text.lower()))
    return len(said & known) >= _OURS * len(said)


def _read(part: Part) -> etree._Element | None:
    """What python-docx has parsed already, or the part's bytes parsed."""
    if isinstance(part, XmlPart):
        return part.element
    try:
        return etree.fromstring(part.blob, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _text(element: etree._Element) -> str:
    """Words of paragraphs in it, with a space between runs of different paragraphs."""
    paragraphs = ["".join(node.text or "" for node in p.iter(qn("w:t"))) for p in element.iter(qn("w:p"))]
    return " ".join(part for part in paragraphs if part.strip())


def _all(element: etree._Element) -> str:
    return " ".join(" ".join(element.itertext()).split())
