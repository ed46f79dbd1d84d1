"""Documents to start from: our samples, and the formats that they do not come in, written small."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from core.domain import Kind

ROOT = Path(__file__).parents[2]
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_OFFICE_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"

Seed = tuple[str, bytes, Kind]  # name, content and what it is taken for


@cache
def seeds() -> tuple[Seed, ...]:
    """Every third sample, and one text in each format that is read."""
    found = [
        (path.name, path.read_bytes(), kind)
        for folder, kind in (("cvs", Kind.CANDIDATE), ("jobs", Kind.JOB))
        for path in sorted((ROOT / "samples" / folder).iterdir())[::3]
    ]
    return (*found, *((name, content, Kind.CANDIDATE) for name, content in written(cv()).items()))


@cache
def cv() -> str:
    return (ROOT / "samples" / "cvs" / "43-lpn-home-care.txt").read_text()


def written(text: str) -> Mapping[str, bytes]:
    """One text in every format."""
    lines = [_escaped(line) for line in text.split("\n")]
    return {
        "a.txt": text.encode(),
        "b.txt": text.encode("utf-16"),
        "c.txt": text.encode("cp1252", "replace"),
        "a.md": ("# CV\n\n" + text).encode(),
        "a.html": f"<!doctype html><html><body><p>{'</p><p>'.join(lines)}</p></body></html>".encode(),
        "a.rtf": b"{\\rtf1\\ansi\\ansicpg1252 " + text.encode("cp1252", "replace").replace(b"\n", b"\\par\n") + b"}",
        "a.odt": odt("".join(f"<text:p>{line}</text:p>" for line in lines)),
        "a.docx": docx("".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)),
        "a.pdf": pdf(page_of(text)),
        "a.json": json.dumps(resume(text)).encode(),
    }


def resume(text: str) -> dict[str, object]:
    work = {"name": "Acme", "position": "Nurse", "startDate": "2019-01", "endDate": "2021-03", "summary": text}
    return {
        "basics": {"name": "Ada Grey", "label": "Nurse", "summary": text, "location": {"city": "Leeds"}},
        "work": [work],
        "education": [{"institution": "Leeds", "area": "Nursing", "studyType": "BSc", "endDate": "2018"}],
        "skills": [{"name": "Python", "keywords": ["SQL", "Excel"]}],
        "languages": [{"language": "English", "fluency": "native"}],
    }


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pack(parts: Mapping[str, bytes | str], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_STORED if name == "mimetype" else how)
    return packed.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def relation(number: int, kind: str, target: str, *, outside: bool = False) -> str:
    kind = kind if "://" in kind else f"{_OFFICE_DOCUMENT}/{kind}"
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="r{number}" Type="{kind}" Target="{target}"{mode}/>'


def docx_parts(body: str, *, prolog: str = "", relations: str = "") -> dict[str, bytes | str]:
    """The least that Word opens. `prolog` stands before the document, `relations` among its own."""
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{OFFICE}.document.main+xml"/></Types>',
        "_rels/.rels": f"<Relationships {_RELATIONS}>{relation(1, 'officeDocument', 'word/document.xml')}"
        "</Relationships>",
        "word/document.xml": f"{prolog}<w:document {W} "
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f"<w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f"<Relationships {_RELATIONS}>{relations}</Relationships>",
    }


def docx(body: str, *, prolog: str = "", relations: str = "") -> bytes:
    return pack(docx_parts(body, prolog=prolog, relations=relations))


def words(text: str) -> str:
    return f"<w:p><w:r><w:t>{_escaped(text)}</w:t></w:r></w:p>"


def odt(body: str, *, prolog: str = "") -> bytes:
    content = (
        f'{prolog}<office:document-content xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0"'
        f' xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>{body}</office:text></office:body>'
        "</office:document-content>"
    )
    return pack({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def page_of(text: str) -> bytes:
    """Drawing operators that show a text, line by line."""
    shown = text.encode("cp1252", "replace").replace(b"\\", b"").replace(b"(", b"\\(").replace(b")", b"\\)")
    lines = b"".join(b"(%s) Tj T*\n" % line for line in shown.split(b"\n"))
    return b"BT /F1 9 Tf 10 TL 40 790 Td\n" + lines + b"ET"


def stream(content: bytes, extra: bytes = b"", *, packed: bool = True) -> bytes:
    if packed:
        content, extra = zlib.compress(content, 1), extra + b"/Filter/FlateDecode"
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), extra, content)


def pdf(drawn: bytes, *more: bytes, page: bytes = b"", resources: bytes = b"", catalog: bytes = b"") -> bytes:
    """One page: objects 1 catalog, 2 pages, 3 page, 4 content, 5 font; `more` are 6 and on."""
    return assembled(
        [
            b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>%s>>%s>>" % (resources, page),
            drawn if drawn.startswith(b"<<") else stream(drawn),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
            *more,
        ]
    )


def assembled(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    """With a cross-reference table that is right."""
    body, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(body) + end % (len(objects) + 1, table, len(objects) + 1, trailer, len(body))
