"""A reader that has met every format, so that no child imports, compiles or looks up anything."""

from __future__ import annotations

import contextlib
import encodings.aliases
import importlib
import io
import json
import pkgutil
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx

import models
from core.domain import Kind
from core.errors import CoreError
from core.parts import Reading
from models.formats import Limits, ocr
from models.reading import load_reader
from serve.sandbox_wire import Terms

Read = Callable[[bytes, str, Kind], Reading]

_CV = (
    "Ada Grey\nada@example.org, Leeds, UK\n\nSummary\nSoftware engineer with 5 years of experience.\n\nExperience\n"
    "Software Engineer, Acme Ltd, March 2019 - June 2022\n- Built services in Python, SQL and JavaScript\n"
    "Developer, Globex, 2016 to 2019\n\nEducation\nBSc Computer Science, University of Leeds, 2016\n\n"
    "Languages\nEnglish (native), German (B2)\n\nRequirements: 3 years of Python experience, a degree is a plus.\n"
)


def warm_reader(terms: Terms) -> Read:
    limits = Limits(file_bytes=terms.file_bytes, unpacked_bytes=terms.unpacked_bytes, pages=terms.pages)
    reader = load_reader(Path(terms.folder), limits=limits, phrases=True)
    _import_all()
    ocr.engine()  # its language data is read here, once, and not in each child
    for name, content in _one_of_each():
        for kind in Kind:
            with contextlib.suppress(CoreError):
                reader.file(content, name, kind)
    sys.stdout.flush()
    return reader.file


def _import_all() -> None:
    """Every module of the reader and every codec: an encoding is looked up by a name that stands in the file."""
    for module in pkgutil.walk_packages(models.__path__, "models."):
        if module.name.startswith(("models.formats", "models.parsing")):
            importlib.import_module(module.name)
    for name in sorted({*encodings.aliases.aliases.values(), "idna", "punycode", "raw_unicode_escape", "utf_8_sig"}):
        with contextlib.suppress(ImportError, LookupError):  # Windows' own are not everywhere
            importlib.import_module(f"encodings.{name}")


def _one_of_each() -> Iterator[tuple[str, bytes]]:
    plain = _CV.encode()
    yield "a.txt", plain
    yield "a.txt", _CV.replace("Grey", "Gr\u00e9y").encode("latin-1")
    yield "a.md", b"# CV\n\n" + plain
    yield "a.html", b"<!doctype html><html><body><p>" + plain.replace(b"\n", b"<br>") + b"</p></body></html>"
    yield "a.rtf", b"{\\rtf1\\ansi\\ansicpg1252 " + plain.replace(b"\n", b"\\par ") + b"}"
    yield "a.json", json.dumps({"basics": {"name": "Ada Grey", "label": "Software Engineer"}}).encode()
    yield "a.json", json.dumps({"title": "Software Engineer", "description": _CV}).encode()
    yield "a.docx", _docx()
    yield "a.odt", _odt()
    yield "a.pdf", _pdf()


def _docx() -> bytes:
    document, packed = docx.Document(), io.BytesIO()
    for line in _CV.split("\n"):
        document.add_paragraph(line)
    document.save(packed)
    return packed.getvalue()


def _odt() -> bytes:
    text = "".join(f"<text:p>{line}</text:p>" for line in _CV.split("\n"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            f'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">{text}</office:document-content>',
        )
    return packed.getvalue()


def _pdf() -> bytes:
    """Its fonts are not in it, so pdfium looks through the system's, which takes it 5 ms."""
    lines = "".join(f"({line.replace('(', ' ').replace(')', ' ')}) Tj T*\n" for line in _CV.split("\n"))
    drawn = f"BT /F1 10 Tf 14 TL 50 780 Td\n{lines}/F2 10 Tf (Ada) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/Font/Subtype/TrueType/BaseFont/Calibri>>",
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, part) for number, part in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF"
