"""The laws of what nobody sees on a page: it is flagged, it is not read, and what is seen is neither."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas

from core.domain import FlagKind
from models.formats import Limits, read
from tests.models.pages import BODY, Draw, honest, pdf, picture

KEYWORDS = "kubernetes terraform haskell"


def coloured(red: float, green: float, blue: float, opacity: float = 1.0) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(red, green, blue, opacity)
        canvas.drawString(60, 500, KEYWORDS)

    return draw


def on_a_box(box: tuple[float, float, float], ink: tuple[float, float, float]) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColorRGB(*box)
        canvas.rect(40, 480, 400, 60, stroke=0, fill=1)
        canvas.setFillColorRGB(*ink)
        canvas.drawString(60, 500, KEYWORDS)

    return draw


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 1)
    canvas.drawString(60, 500, KEYWORDS)


def shrunk(canvas: Canvas) -> None:
    canvas.scale(0.05, 0.05)
    canvas.drawString(1200, 10000, KEYWORDS)


def off_the_page(canvas: Canvas) -> None:
    canvas.drawString(700, 500, KEYWORDS)


def below_the_page(canvas: Canvas) -> None:
    canvas.drawString(60, -200, KEYWORDS)


def outside_the_crop_box(canvas: Canvas) -> None:
    canvas.setCropBox((0, 550, 595, 842))
    canvas.drawString(60, 500, KEYWORDS)


def under_a_shape(canvas: Canvas) -> None:
    canvas.drawString(60, 500, KEYWORDS)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(40, 480, 400, 60, stroke=0, fill=1)


def under_a_picture(canvas: Canvas) -> None:
    canvas.drawString(60, 500, KEYWORDS)
    canvas.drawImage(picture(200, 60, paper=230), 40, 480, 400, 60)


def in_render_mode_3(canvas: Canvas) -> None:
    text = canvas.beginText(60, 500)
    text.setTextRenderMode(3)
    text.textLine(KEYWORDS)
    canvas.drawText(text)


def clipped_away(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(40, 300, 100, 20)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawString(60, 500, KEYWORDS)


def behind_other_words(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(60, 700, KEYWORDS)


HIDDEN = {
    "white on white": coloured(1, 1, 1),
    "nearly white on white": coloured(0.97, 0.98, 0.97),
    "transparent": coloured(0, 0, 0, 0),
    "dark on dark": on_a_box((0.1, 0.2, 0.3), (0.1, 0.2, 0.32)),
    "a colour on itself": on_a_box((0.9, 0.2, 0.1), (0.9, 0.2, 0.1)),
    "tiny": tiny,
    "shrunk": shrunk,
    "off the page": off_the_page,
    "below the page": below_the_page,
    "outside the crop box": outside_the_crop_box,
    "under a shape": under_a_shape,
    "under a picture": under_a_picture,
    "render mode 3": in_render_mode_3,
    "clipped away": clipped_away,
    "behind other words": behind_other_words,
}


@pytest.mark.parametrize("attack", HIDDEN.values(), ids=HIDDEN)
def test_what_nobody_sees_is_flagged_and_not_read(attack: Draw) -> None:
    def page(canvas: Canvas) -> None:
        canvas.saveState()
        attack(canvas)
        canvas.restoreState()
        honest(canvas)

    written = read(pdf(page), "a.pdf", Limits())

    assert "haskell" not in written.text
    assert [line for line in written.text.splitlines() if line] == list(BODY)
    assert [(flag.kind, flag.text) for flag in written.flags] == [(FlagKind.HIDDEN, KEYWORDS)]


SEEN = {
    "white on a dark side": on_a_box((0.1, 0.15, 0.2), (1, 1, 1)),
    "pale grey": coloured(0.7, 0.7, 0.7),
    "yellow on white": coloured(1, 0.8, 0),
    "red on blue": on_a_box((0, 0, 0.9), (0.9, 0, 0)),
    "half transparent": coloured(0, 0, 0, 0.4),
}


@pytest.mark.parametrize("sight", SEEN.values(), ids=SEEN)
def test_what_is_seen_is_read_without_a_flag(sight: Draw) -> None:
    def page(canvas: Canvas) -> None:
        honest(canvas)
        sight(canvas)

    written = read(pdf(page), "a.pdf", Limits())

    assert KEYWORDS in written.text
    assert not written.flags


def scan(canvas: Canvas) -> None:
    """A page-wide picture of printed words, and over each line its text, which is not drawn."""
    canvas.drawImage(picture(1190, 1684, *BODY), 0, 0, 595, 842)
    for at, line in enumerate(BODY):
        undrawn(canvas, line, x=10, y=842 - 20 - 20 * at)


def undrawn(canvas: Canvas, line: str, *, x: float, y: float) -> None:
    text = canvas.beginText(x, y)
    text.setTextRenderMode(3)
    text.setFont("Helvetica", 12)
    text.textLine(line)
    canvas.drawText(text)


def test_the_text_layer_of_a_scan_is_read_where_ink_is_seen() -> None:
    written = read(pdf(scan), "a.pdf", Limits())

    assert [line for line in written.text.splitlines() if line] == list(BODY)
    assert not written.flags


def test_words_over_the_blank_part_of_a_scan_are_flagged() -> None:
    def page(canvas: Canvas) -> None:
        scan(canvas)
        undrawn(canvas, KEYWORDS, x=100, y=200)

    written = read(pdf(page), "a.pdf", Limits())

    assert KEYWORDS not in written.text
    assert [flag.text for flag in written.flags] == [KEYWORDS]


def note(flags: int) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.freeTextAnnotation(KEYWORDS, "/Helv 6 Tf", Rect=(60, 400, 300, 420), F=flags)

    return draw


@pytest.mark.parametrize("flags", [2, 32, 6])
def test_a_note_that_no_reader_shows_is_flagged(flags: int) -> None:
    written = read(pdf(lambda canvas: [honest(canvas), note(flags)(canvas)]), "a.pdf", Limits())

    assert [(flag.kind, flag.text) for flag in written.flags] == [(FlagKind.HIDDEN, KEYWORDS)]


def test_a_note_that_is_shown_is_not_flagged() -> None:
    assert not read(pdf(lambda canvas: [honest(canvas), note(4)(canvas)]), "a.pdf", Limits()).flags


@pytest.mark.parametrize("covered", ["Page 1 of 1", "I"])
def test_a_page_number_or_a_stray_word_that_is_covered_is_not_flagged(covered: str) -> None:
    def page(canvas: Canvas) -> None:
        honest(canvas)
        canvas.drawString(60, 30, covered)
        canvas.setFillColorRGB(0.1, 0.2, 0.3)
        canvas.rect(40, 10, 400, 50, stroke=0, fill=1)

    written = read(pdf(page), "a.pdf", Limits())

    assert not written.flags
    assert [line for line in written.text.splitlines() if line] == list(BODY)
