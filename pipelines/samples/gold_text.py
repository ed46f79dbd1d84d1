"""Gold CVs as text, Markdown, HTML, RTF and ODT."""

from __future__ import annotations

import io
import re
import textwrap
import zipfile
from collections.abc import Mapping
from html import escape
from itertools import groupby

from pipelines.samples.gold_markup import Block, bare, dots, regions, running
from pipelines.samples.word import ZIP_EPOCH

MIME = "application/vnd.oasis.opendocument.text"
TAGS = {"name": "h1", "label": "p", "heading": "h2", "entry": "h3", "bullet": "li", "right": "p", "text": "p"}
RTF = {"name": r"\b\fs40 ", "heading": r"\b\fs26 ", "entry": r"\b ", "bullet": r"\bullet\tab "}


def _words(b: Block) -> str:
    if b.kind == "rating":
        got, of = dots(b.cells)
        return f"{b.text} {'●' * got}{'○' * (of - got)}"
    return bare(b.text)


def _blocks(body: str) -> list[Block]:
    found = regions(body)
    lines = [Block("text", (text,)) for name in ("header", "footer") if (text := running(found, name))]
    flow = [b for region in found if region.name not in {"header", "footer"} for b in region.blocks]
    return [*lines[:1], *flow, *lines[1:]] if lines else flow


def plain(body: str, options: Mapping[str, str]) -> bytes:
    """`raw` leaves the source as it is; `encoding` is any that Python knows."""
    if "raw" in options:
        text = body.strip("\n") + "\n"
    else:
        text = "\n".join(_plain_line(b, int(options.get("width", "80"))) for b in _blocks(body)) + "\n"
    newline = "\r\n" if "crlf" in options else "\n"
    return text.replace("\n", newline).encode(options.get("encoding", "utf-8"))


def _plain_line(b: Block, width: int) -> str:
    text = _words(b)
    match b.kind:
        case "rule":
            return "-" * 40
        case "heading":
            return f"\n{text}\n{'=' * len(text)}"
        case "bullet":
            return textwrap.fill(text, width, initial_indent="* ", subsequent_indent="  ", break_long_words=False)
        case "row":
            return "   ".join(f"{bare(cell):<22}" for cell in b.cells).rstrip()
        case "page":
            return "\f"
        case _ if len(b.cells) > 1 and b.kind != "rating":
            return f"{text:<52}  {bare(b.cells[1])}"
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


def markdown(body: str, options: Mapping[str, str]) -> bytes:
    if "raw" in options:
        return plain(body, options)
    lines: list[str] = []
    for kind, run in groupby(_blocks(body), lambda b: b.kind):
        rows = list(run)
        if kind == "row":
            lines += ["", "| " + " | ".join(rows[0].cells) + " |", "|" + "---|" * len(rows[0].cells)]
            lines += ["| " + " | ".join(b.cells) + " |" for b in rows[1:]] + [""]
            continue
        marks = {"name": "# ", "heading": "## ", "entry": "### ", "bullet": "- "}
        for b in rows:
            tail = f" *{bare(b.cells[1])}*" if len(b.cells) > 1 and kind != "rating" else ""
            text = "---" if kind == "rule" else marks.get(kind, "") + (_words(b) if kind == "rating" else b.text) + tail
            lines.append(text if kind in {"bullet", "gap"} else text + "\n")
    return (re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n").encode()


def web(body: str, options: Mapping[str, str]) -> bytes:
    if "raw" in options:
        return plain(body, options)
    parts = ["<!DOCTYPE html>", '<html><head><meta charset="utf-8"><title>CV</title><style>']
    parts += [".side{float:left;width:30%}.main{margin-left:33%}span{float:right}</style></head><body>"]
    for region in regions(body):
        parts.append(f'<div class="{region.name}">')
        for kind, run in groupby(region.blocks, lambda b: b.kind):
            parts.extend(_html(kind, list(run)))
        parts.append("</div>")
    return ("\n".join([*parts, "</body></html>"]) + "\n").encode()


def _html(kind: str, run: list[Block]) -> list[str]:
    if kind == "row":
        rows = ["".join(f"<td>{escape(bare(cell))}</td>" for cell in b.cells) for b in run]
        return ["<table>", *(f"<tr>{row}</tr>" for row in rows), "</table>"]
    if kind in {"gap", "rule", "page"}:
        return ["<hr>"] if kind == "rule" else []
    tag = TAGS.get(kind, "p")
    lines = []
    for b in run:
        tail = f" <span>{escape(bare(b.cells[1]))}</span>" if len(b.cells) > 1 and kind != "rating" else ""
        lines.append(f"<{tag}>{escape(_words(b))}{tail}</{tag}>")
    return ["<ul>", *lines, "</ul>"] if kind == "bullet" else lines


def _rtf_text(text: str) -> str:
    kept = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
    return "".join(char if ord(char) < 128 else f"\\u{ord(char)}?" for char in kept)


def rtf(body: str, _options: Mapping[str, str]) -> bytes:
    lines = [r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Calibri;}}\f0\fs21"]
    for b in _blocks(body):
        if b.kind == "row":
            width = 9000 // len(b.cells)
            edges = "".join(f"\\cellx{width * (at + 1)}" for at in range(len(b.cells)))
            cells = "".join(f"\\pard\\intbl {_rtf_text(bare(cell))}\\cell" for cell in b.cells)
            lines.append(f"\\trowd{edges}\n{cells}\\row")
            continue
        text = "" if b.kind in {"rule", "gap", "page"} else _rtf_text(_words(b))
        tail = "\\tab " + _rtf_text(bare(b.cells[1])) if len(b.cells) > 1 and b.kind != "rating" else ""
        lines.append(f"{{\\pard\\tqr\\tx9000 {RTF.get(b.kind, '')}{text}{tail}\\par}}")
    return ("\n".join([*lines, "}"]) + "\n").encode("ascii")


def _odt_lines(body: str) -> str:
    lines = []
    for kind, run in groupby(_blocks(body), lambda b: b.kind):
        blocks = list(run)
        if kind == "row":
            rows = [
                "".join(
                    f"<table:table-cell><text:p>{escape(bare(cell))}</text:p></table:table-cell>" for cell in b.cells
                )
                for b in blocks
            ]
            columns = f'<table:table-column table:number-columns-repeated="{len(blocks[0].cells)}"/>'
            cells = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
            lines.append(f"<table:table>{columns}{cells}</table:table>")
        elif kind == "bullet":
            items = "".join(f"<text:list-item><text:p>{escape(_words(b))}</text:p></text:list-item>" for b in blocks)
            lines.append(f"<text:list>{items}</text:list>")
        elif kind in {"name", "heading"}:
            level = 1 if kind == "name" else 2
            lines += [f'<text:h text:outline-level="{level}">{escape(_words(b))}</text:h>' for b in blocks]
        elif kind not in {"rule", "page"}:
            for b in blocks:
                tail = f"<text:tab/>{escape(bare(b.cells[1]))}" if len(b.cells) > 1 and kind != "rating" else ""
                lines.append(f"<text:p>{escape(_words(b))}{tail}</text:p>")
    return "\n".join(lines)


def odt(body: str, _options: Mapping[str, str]) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content xmlns:office="{office}:office:1.0" '
        f'xmlns:text="{office}:text:1.0" xmlns:table="{office}:table:1.0" office:version="1.3">'
        f"<office:body><office:text>\n{_odt_lines(body)}\n</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:'
        'xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{MIME}"/><manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(zipfile.ZipInfo("mimetype", ZIP_EPOCH), MIME)
        for name, text in (("content.xml", content), ("META-INF/manifest.xml", manifest)):
            package.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()
