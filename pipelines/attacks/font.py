"""Fonts for cheating: one whose glyphs are empty, one whose glyphs are not the letters they are said to be."""

from __future__ import annotations

from importlib.resources import files

from reportlab.pdfbase.ttfonts import TTFontFace

from pipelines.attacks.patch import Patch

BLANK = (
    b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 500] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 32"
    b" /LastChar 126 /Widths [" + b"500 " * 95 + b"] /Encoding << /Type /Encoding /Differences [32 "
    b"/space /exclam /quotedbl /numbersign /dollar /percent /ampersand /quotesingle /parenleft /parenright /asterisk"
    b" /plus /comma /hyphen /period /slash /zero /one /two /three /four /five /six /seven /eight /nine /colon"
    b" /semicolon /less /equal /greater /question /at "
    + b" ".join(b"/" + bytes([c]) for c in range(65, 91))
    + b" /bracketleft /backslash /bracketright /asciicircum /underscore /grave "
    + b" ".join(b"/" + bytes([c]) for c in range(97, 123))
    + b"] >> /CharProcs << >> /Resources << >> >>"
)
_CMAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{}
endcmap CMapName currentdict /CMap defineresource pop end end"""


def disguise(patch: Patch, seen: list[str], said: list[str]) -> tuple[bytes, list[bytes]]:
    """A font's name and the codes of each line: it shows `seen` and is extracted as `said`, letter for letter."""
    path = files("font_roboto") / "files" / "Roboto-Regular.ttf"
    face = TTFontFace(str(path))
    pairs = list(dict.fromkeys((a, b) for x, y in zip(seen, said, strict=True) for a, b in zip(x, y, strict=True)))
    code = {pair: number for number, pair in enumerate(pairs, 1)}
    glyphs = b"\0\0" + b"".join(face.charToGlyph.get(ord(a), 0).to_bytes(2, "big") for a, _ in pairs)
    widths = " ".join(f"{face.charWidths.get(ord(a), face.defaultWidth):.0f}" for a, _ in pairs).encode()
    file = patch.stream(path.read_bytes())
    descriptor = patch.add(
        b"<< /Type /FontDescriptor /FontName /Roboto-Regular /Flags 4 /FontBBox [-900 -271 2045 1057] /ItalicAngle 0"
        b" /Ascent 1048 /Descent -271 /CapHeight 711 /StemV 87 /FontFile2 " + file + b" >>"
    )
    descendant = patch.add(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Roboto-Regular /CIDSystemInfo << /Registry (Adobe)"
        b" /Ordering (Identity) /Supplement 0 >> /FontDescriptor %s /W [1 [%s]] /CIDToGIDMap %s >>"
        % (descriptor, widths, patch.stream(glyphs))
    )
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /Roboto-Regular /Encoding /Identity-H /DescendantFonts [%s]"
    name = patch.font(font % descendant + b" /ToUnicode " + patch.stream(_map(code).encode()) + b" >>")
    lines = [
        b"".join(code[pair].to_bytes(2, "big") for pair in zip(a, b, strict=True))
        for a, b in zip(seen, said, strict=True)
    ]
    return name, lines


def _map(code: dict[tuple[str, str], int]) -> str:
    entries = [f"<{number:04x}> <{said.encode('utf-16-be').hex()}>" for (_, said), number in code.items()]
    parts = [entries[at : at + 100] for at in range(0, len(entries), 100)]  # the most that one block may hold
    return _CMAP.format("\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts))
