"""Adds to a PDF that reportlab wrote, by an incremental update: objects, and drawing over or under its first page."""

from __future__ import annotations

import re
import zlib

_PAGE = re.compile(rb"(\d+) 0 obj\s*<<((?:(?!endobj).)*?/Type /Page\s(?:(?!endobj).)*?)>>\s*endobj", re.DOTALL)
_HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


class Patch:
    """What is added. `font`, `graphics`, `picture` and `layer` give names for use in a drawing."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        page = _PAGE.search(pdf)
        size = re.search(rb"/Size (\d+)", pdf)
        if page is None or size is None:
            raise ValueError("not a PDF as reportlab writes them")
        self._page, self._body = int(page[1]), page[2]
        self._next = int(size[1])
        self._changed: dict[int, bytes] = {}
        self._named: dict[bytes, list[bytes]] = {kind: [] for kind in (b"ExtGState", b"XObject", b"Properties")}
        self._fonts: list[bytes] = []
        self._root: list[bytes] = []
        self.font(_HELVETICA)  # /A0

    @property
    def box(self) -> tuple[float, float]:
        """The page's width and height in points."""
        found = re.search(rb"/MediaBox \[ ?0 0 ([\d.]+) ([\d.]+)", self._body)
        if found is None:
            raise ValueError("a page without a box")
        return float(found[1]), float(found[2])

    def add(self, body: bytes) -> bytes:
        """An object; its reference."""
        number = self._next
        self._next += 1
        self._changed[number] = body
        return b"%d 0 R" % number

    def stream(self, content: bytes, more: bytes = b"") -> bytes:
        packed = zlib.compress(content)
        head = b"<< /Length %d /Filter /FlateDecode %s >>" % (len(packed), more)
        return self.add(head + b"\nstream\n" + packed + b"\nendstream")

    def font(self, body: bytes) -> bytes:
        name = b"A%d" % len(self._fonts)
        self._fonts.append(b"/" + name + b" " + self.add(body))
        return name

    def _resource(self, kind: bytes, letter: bytes, reference: bytes) -> bytes:
        name = letter + b"%d" % len(self._named[kind])
        self._named[kind].append(b"/" + name + b" " + reference)
        return name

    def graphics(self, body: bytes) -> bytes:
        return self._resource(b"ExtGState", b"AG", self.add(body))

    def picture(self, rgb: bytes, width: int, height: int) -> bytes:
        more = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
        return self._resource(b"XObject", b"AX", self.stream(rgb, more % (width, height)))

    def form(self, content: bytes) -> bytes:
        more = b"/Type /XObject /Subtype /Form /BBox [0 0 2000 2000] /Resources << /Font << /A0 %s >> >>"
        font = self._fonts[0].partition(b" ")[2]
        return self._resource(b"XObject", b"AX", self.stream(content, more % font))

    def layer(self) -> bytes:
        """An optional content group that is off."""
        group = self.add(b"<< /Type /OCG /Name (notes) >>")
        self._root.append(b"/OCProperties << /OCGs [%s] /D << /OFF [%s] /Order [%s] >> >>" % (group, group, group))
        return self._resource(b"Properties", b"AL", group)

    def attribute(self, name: bytes, value: bytes) -> None:
        """Sets one entry of the page."""
        pattern = re.compile(rb"/" + name + rb" (?:\[[^\]]*\]|\S+)")
        self._body = pattern.sub(b"", self._body, count=1) + b" /" + name + b" " + value

    def draw(self, over: bytes, under: bytes = b"") -> bytes:
        """The patched file, with a drawing after the page's own and one before it."""
        own = re.search(rb"/Contents (\d+ 0 R)", self._body)
        fonts = re.search(rb"/Font (\d+) 0 R", self._body)
        if own is None or fonts is None:
            raise ValueError("a page without content")
        before, after = self.stream(under + b" q"), self.stream(b"Q " + over)
        body = self._body.replace(own[0], b"/Contents [" + b" ".join((before, own[1], after)) + b"]")
        named = b" ".join(
            b"/" + kind + b" << " + b" ".join(each) + b" >>" for kind, each in self._named.items() if each
        )
        self._changed[self._page] = b"<<" + body.replace(b"/Resources <<", b"/Resources << " + named + b" ", 1) + b">>"
        self._extend(int(fonts[1]), b" ".join(self._fonts))
        root = re.search(rb"/Root (\d+) 0 R", self._pdf)
        if root is not None and self._root:
            self._extend(int(root[1]), b" ".join(self._root))
        return self._written()

    def _extend(self, number: int, entries: bytes) -> None:
        old = re.search(rb"(?:^|\n)%d 0 obj\s*<<(.*?)>>\s*endobj" % number, self._pdf, re.DOTALL)
        if old is None:
            raise ValueError(f"no object {number}")
        self._changed[number] = b"<<" + old[1] + b" " + entries + b" >>"

    def _written(self) -> bytes:
        out = bytearray(self._pdf.rstrip() + b"\n")
        table = bytearray(b"xref\n")
        for number, body in sorted(self._changed.items()):
            table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        previous = self._pdf.rfind(b"startxref")
        last = self._pdf[previous:].split()[1]
        root = re.search(rb"/Root \d+ 0 R", self._pdf)
        start = len(out)
        trailer = b"trailer\n<< /Size %d %s /Prev %s >>\n" % (self._next, root[0] if root else b"", last)
        return bytes(out + table + trailer + b"startxref\n%d\n%%%%EOF\n" % start)
