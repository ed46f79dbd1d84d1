"""The laws of text that is not what is seen in its place: it is flagged, and what is seen is read."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from core.domain import FlagKind
from models.formats import Limits, read
from tests.models.pages import BODY, honest, pdf

KEYWORDS = "kubernetes terraform haskell"


def with_actual_text(shown: str, said: str) -> bytes:
    def page(canvas: Canvas) -> None:
        honest(canvas)
        canvas._code.append(f"/Span <</ActualText ({said})>> BDC")
        canvas.drawString(60, 500, shown)
        canvas._code.append("EMC")

    return pdf(page)


def test_replacement_text_that_lies_is_flagged_and_the_glyphs_are_read() -> None:
    written = read(with_actual_text("gardening and cooking", KEYWORDS), "a.pdf", Limits())

    assert "gardening and cooking" in written.text
    assert "haskell" not in written.text
    assert [(flag.kind, flag.text) for flag in written.flags] == [(FlagKind.DISGUISED, KEYWORDS)]


@pytest.mark.parametrize(
    ("shown", "said"), [("e\x0eective planning", "effective planning"), ("*", "Phone"), ("well-", "well")]
)
def test_replacement_text_that_spells_out_a_ligature_or_a_sign_is_honest(shown: str, said: str) -> None:
    assert not read(with_actual_text(shown, said), "a.pdf", Limits()).flags


def lying_font(shown: str, said: str, size: float = 10) -> bytes:
    """A page of plain Helvetica, and a line whose codes draw `shown` and claim `said`, letter by letter."""
    codes = range(0x80, 0x80 + len(shown))
    names = "".join(f"/{letter}" if letter != " " else "/space" for letter in shown)
    claims = "".join(f"<{code:02x}> <{ord(letter):04x}>\n" for code, letter in zip(codes, said, strict=True))
    cmap = f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {len(said)} beginbfchar\n{claims}endbfchar"
    cmap += " endcmap"
    lines = "".join(f"1 0 0 1 60 {700 - 14 * at} Tm ({line}) Tj\n" for at, line in enumerate(BODY))
    hexed = "".join(f"{code:02x}" for code in codes)
    drawing = f"BT /F0 10 Tf {lines} /F1 {size} Tf 1 0 0 1 60 500 Tm <{hexed}> Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F0 5 0 R/F1 6 0 R>>>>>>",
        f"<</Length {len(drawing)}>> stream\n{drawing}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 7 0 R"
        f"/Encoding<</Type/Encoding/Differences[128{names}]>>>>",
        f"<</Length {len(cmap)}>> stream\n{cmap}\nendstream",
    )
    body = "\n".join(f"{number} 0 obj {each} endobj" for number, each in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}\ntrailer <</Root 1 0 R>>\n%%EOF".encode()


SIZES = pytest.mark.parametrize("size", [3, 6, 8, 10, 24])


@SIZES
def test_a_font_that_shows_other_letters_than_it_claims_is_flagged_and_not_read(size: float) -> None:
    lie = lying_font("gardeningandcookingwithothers", "kubernetes terraform haskell!", size)

    written = read(lie, "a.pdf", Limits())

    assert "haskell" not in written.text
    assert BODY[0] in written.text
    assert [flag.kind for flag in written.flags] == [FlagKind.DISGUISED]


@SIZES
def test_a_font_that_claims_what_it_shows_is_read(size: float) -> None:
    written = read(lying_font(KEYWORDS, KEYWORDS, size), "a.pdf", Limits())

    assert KEYWORDS in written.text
    assert not written.flags
