"""The laws of PDFs that are broken or built to break a reader: each ends, as a clear refusal or as a reading."""

from __future__ import annotations

import zlib

import pytest
from reportlab.pdfgen.canvas import Canvas

from core.errors import BadInput, TooLarge
from models.formats import Limits, read
from tests.models.pages import BODY, honest, pdf


def raw(*objects: str) -> bytes:
    body = "\n".join(f"{number} 0 obj {each} endobj" for number, each in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}\ntrailer <</Root 1 0 R>>\n%%EOF".encode()


CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
BROKEN = {
    "a page tree that holds itself": raw(CATALOG, "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"),
    "no pages": raw(CATALOG, "<</Type/Pages/Kids[]/Count 0>>"),
    "a page that is its own parent": raw(CATALOG, "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 3 0 R>>"),
    "more pages than there are": raw(CATALOG, "<</Type/Pages/Kids[3 0 R]/Count 99>>", "<</Type/Page/Parent 2 0 R>>"),
    "an empty box": raw(
        CATALOG, "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[5 5 5 5]>>"
    ),
    "nothing but a head": b"%PDF-1.7\n",
    "half a file": pdf(honest)[:700],
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_pdf_is_refused_clearly(content: bytes) -> None:
    with pytest.raises(BadInput):
        read(content, "a.pdf", Limits())


def test_a_huge_page_is_read_as_any_other() -> None:
    def page(canvas: Canvas) -> None:
        canvas.scale(20, 20)
        honest(canvas)

    lines = [line for line in read(pdf(page, size=(14_000, 17_000)), "a.pdf", Limits()).text.splitlines() if line]

    assert lines == list(BODY)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_read_as_it_is_turned(turn: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        if turn == 90:
            canvas.translate(595, 0)
        elif turn == 180:
            canvas.translate(595, 842)
        elif turn == 270:
            canvas.translate(0, 842)
        canvas.rotate(turn)
        canvas.translate(0, -300 if turn in (90, 270) else 0)  # shown 595 high
        honest(canvas)

    size = (842, 595) if turn in (90, 270) else (595, 842)  # reportlab swaps the sides of a page that it turns

    written = read(pdf(page, size=size), "a.pdf", Limits())

    assert [line for line in written.text.splitlines() if line] == list(BODY)


def test_a_page_of_very_many_objects_is_refused() -> None:
    drawing = zlib.compress(b"0 0 m 9 9 l S\n" * 150_000)
    content = b"\n".join(
        (
            b"%PDF-1.4",
            b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj",
            b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj",
            b"3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>> endobj",
            b"4 0 obj <</Filter/FlateDecode/Length %d>> stream" % len(drawing),
            drawing,
            b"endstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF",
        )
    )

    with pytest.raises(TooLarge, match="objects"):
        read(content, "a.pdf", Limits())


def test_a_stream_that_unpacks_to_more_than_the_limit_is_refused_before_it_is_drawn() -> None:
    packed = zlib.compress(b" " * 3_000_000)
    content = pdf(honest).replace(
        b"trailer",
        b"99 0 obj <</Filter/FlateDecode/Length %d>> stream\n%b\nendstream endobj\ntrailer" % (len(packed), packed),
    )

    with pytest.raises(TooLarge, match="unpacks"):
        read(content, "a.pdf", Limits(unpacked_bytes=2_000_000))
