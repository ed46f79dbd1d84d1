"""Words in a PDF that a program extracts and nobody sees, drawn below the text of its first page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.domain import FlagKind
from pipelines.attacks.aim import Aim, Draw, Kind
from pipelines.attacks.font import BLANK, disguise
from pipelines.attacks.patch import Patch
from pipelines.samples.pdf import pdf

SIZE = 6.0  # points: four lines in the lower margin
_WIDTH = 150  # characters of that size in one line
_LEFT, _TOP = 52.0, 44.0
_SEEN = "References are available on request; please ask before you write to my present employer. "
_PICTURE = bytes(value for y in range(8) for x in range(64) for value in (90 + 2 * x, 120 + x, 150 + 8 * y))


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in one font at one place; `set` comes first and may set ink, mode or clip."""

    set: bytes = b"0 g"
    size: float = SIZE
    left: float = _LEFT
    top: float = _TOP
    font: bytes = b"A0"
    scale: float = 1.0  # of the text matrix

    def __call__(self, lines: list[str]) -> bytes:
        step = max(self.size * 1.2, 1.0)
        shown = [
            b"/%s %g Tf %g 0 0 %g %g %g Tm %s Tj"
            % (self.font, self.size, self.scale, self.scale, self.left, self.top - step * number, literal(line))
            for number, line in enumerate(lines)
        ]
        return b"q " + self.set + b" BT " + b"\n".join(shown) + b" ET Q"


def literal(text: str) -> bytes:
    escaped = text.encode("cp1252", "replace")
    for special in (b"\\", b"(", b")"):
        escaped = escaped.replace(special, b"\\" + special)
    return b"(" + escaped + b")"


def _plain(aim: Aim) -> bytes:
    return pdf(aim.sheet)


def _block(block: Block) -> Draw:
    """Lines drawn so that they do not show."""
    return lambda aim: Patch(pdf(aim.sheet)).draw(block(aim.lines(_WIDTH)))


def _drawn(make: Callable[[Patch, list[str]], bytes]) -> tuple[Draw, Draw]:
    """Clean and attacked, where both need the same decoration."""

    def draw(aim: Aim, lines: list[str]) -> bytes:
        patch = Patch(pdf(aim.sheet))
        return patch.draw(make(patch, lines))

    return (lambda aim: draw(aim, [])), (lambda aim: draw(aim, aim.lines(_WIDTH)))


def _same_ink(patch: Patch, lines: list[str]) -> bytes:
    width, _ = patch.box
    return b"q 0.12 0.23 0.37 rg 0 0 %g 50 re f Q " % width + Block(b"0.12 0.23 0.37 rg")(lines)


def _behind_picture(patch: Patch, lines: list[str]) -> bytes:
    name = patch.picture(_PICTURE, 64, 8)
    width, _ = patch.box
    return Block()(lines) + b" q %g 0 0 50 0 2 cm /%s Do Q" % (width, name)


def _behind_rectangle(patch: Patch, lines: list[str]) -> bytes:
    width, _ = patch.box
    return Block()(lines) + b" q 0.93 0.94 0.96 rg 0 0 %g 50 re f Q" % width


def _transparent(patch: Patch, lines: list[str]) -> bytes:
    return Block(b"/" + patch.graphics(b"<< /Type /ExtGState /ca 0 /CA 0 >>") + b" gs 0 g")(lines)


def _layer_off(patch: Patch, lines: list[str]) -> bytes:
    return b"/OC /" + patch.layer() + b" BDC " + Block()(lines) + b" EMC"


def _white_form(patch: Patch, lines: list[str]) -> bytes:
    return b"q /" + patch.form(Block(b"1 g")(lines)) + b" Do Q"


def _blank_glyphs(patch: Patch, lines: list[str]) -> bytes:
    return Block(font=patch.font(BLANK))(lines)


def _outside_crop(aim: Aim) -> bytes:
    patch = Patch(pdf(aim.sheet))
    width, height = patch.box
    patch.attribute(b"MediaBox", b"[ 0 -200 %g %g ]" % (width, height))
    patch.attribute(b"CropBox", b"[ 0 0 %g %g ]" % (width, height))
    return patch.draw(Block(top=-40)(aim.lines(_WIDTH)))


def _actual_text(aim: Aim) -> bytes:
    patch = Patch(pdf(aim.sheet))
    said = b"<" + ("\ufeff" + aim.claims).encode("utf-16-be").hex().encode() + b">"
    return patch.draw(b"/Span << /ActualText " + said + b" >> BDC " + Block()([_SEEN]) + b" EMC")


def _seen_line(aim: Aim) -> bytes:
    return Patch(pdf(aim.sheet)).draw(Block()([_SEEN]))


def _to_unicode(aim: Aim, *, honest: bool) -> bytes:
    """Glyphs say one thing, their map to Unicode another; the same when honest."""
    patch = Patch(pdf(aim.sheet))
    lines = aim.lines(_WIDTH)
    seen = [(_SEEN * (len(line) // len(_SEEN) + 1))[: len(line)] for line in lines]
    name, codes = disguise(patch, seen, seen if honest else lines)
    shown = [
        b"/%s %g Tf 1 0 0 1 %g %g Tm <%s> Tj" % (name, SIZE, _LEFT, _TOP - 1.2 * SIZE * n, code.hex().encode())
        for n, code in enumerate(codes)
    ]
    return patch.draw(b"q 0 g BT " + b"\n".join(shown) + b" ET Q")


def _annotation(aim: Aim) -> bytes:
    patch = Patch(pdf(aim.sheet))
    body = b"<< /Type /Annot /Subtype /FreeText /Rect [52 4 540 48] /F 2 /DA (/Helv 6 Tf 0 g) /Contents %s >>"
    patch.attribute(b"Annots", b"[ " + patch.add(body % literal(aim.claims)) + b" ]")
    return patch.draw(b"")


_BLOCKS = {
    "white on white": Block(b"1 g"),
    "white in CMYK": Block(b"0 0 0 0 k"),
    "near-white": Block(b"0.985 0.985 0.99 rg"),
    "tiny": Block(size=0.6, top=20.0),
    "no width": Block(b"0 Tz 0 g"),
    "scaled to nothing": Block(scale=0.02),
    "off the page below": Block(top=-60.0),
    "off the page at the left": Block(left=-900.0),
    "render mode 3": Block(b"3 Tr 0 g"),
    "render mode 7": Block(b"7 Tr 0 g"),
    "clipped away": Block(b"0 0 0 0 re W n 0 g"),
}
_DECORATED = {
    "ink of its rectangle": _same_ink,
    "behind a picture": _behind_picture,
    "behind a rectangle": _behind_rectangle,
    "transparent": _transparent,
    "layer that is off": _layer_off,
    "white in a form": _white_form,
    "blank glyphs": _blank_glyphs,
}
KINDS = (
    *(Kind(f"PDF {name}", ".pdf", _plain, _block(block)) for name, block in _BLOCKS.items()),
    *(Kind(f"PDF {name}", ".pdf", *_drawn(make)) for name, make in _DECORATED.items()),
    Kind("PDF outside the crop box", ".pdf", _plain, _outside_crop),
    Kind("PDF ActualText", ".pdf", _seen_line, _actual_text, FlagKind.DISGUISED),
    Kind(
        "PDF ToUnicode",
        ".pdf",
        partial(_to_unicode, honest=True),
        partial(_to_unicode, honest=False),
        FlagKind.DISGUISED,
    ),
    Kind("PDF hidden annotation", ".pdf", _plain, _annotation),
)
