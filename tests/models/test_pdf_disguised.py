"""The laws of text that is not what is seen in its place: it is flagged, and what is seen is read."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from core.domain import FlagKind
from models.formats import Limits, read
from tests.models.pages import honest, pdf

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
