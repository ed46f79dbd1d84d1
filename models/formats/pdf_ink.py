"""Whether ink is seen where a PDF says that words stand.

A page is drawn twice, with its text and without: where the two differ, text is seen. That holds whatever hides
a word: its colour, an image or a shape over it, a clip path, a layer that is off, its render mode. Words without a
difference are looked at again one by one, enlarged and in colour, before anything is said about them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from core.domain import Flag
from models.formats.extract import hidden
from models.formats.pdf_objects import Drawn, Handle, fill, key, marks_of, name_of, without
from models.formats.pdf_words import Frame, Word

Pixels = NDArray[np.uint8]
Colours = NDArray[np.int16]
SCALE = 2.0  # pixels to a point: 8-point type has strokes of a pixel
_MOST_PIXELS = 4_000_000
_PLAIN = 70  # of 255: grey type on white that is darker than #b0b0b0; paler words are looked at again
_TINY = 2.0  # points: nobody reads type that small
_ENLARGED = 40.0  # pixels: the height of a word that is looked at again
_CONTRAST = 1.3  # WCAG's ratio of luminances: #dfdfdf on white
_TINT = 60  # of 255, in any of red, green and blue: seen even where the luminance is the same
_MOST_LOOKS = 200  # text objects of a page that are enlarged one by one; what is left over counts as hidden
_SCANNED = 0.5  # of the page: images that cover more are the page, and words over them its text layer
_INKED = (0.02, 0.7)  # of a word's box: dark pixels of printed letters
_PRINTED = 80  # of 255: between the darkest and the palest pixel of a printed word
_OVERLAP = 0.5  # of a word's box that another word fills already


@dataclass(slots=True)
class Look:
    """A page as it is drawn: grey, with its text and without; `scale` pixels to a point."""

    ink: Pixels  # the difference
    bare: Pixels
    scale: float
    height: float

    def crop(self, pixels: Pixels, word: Word) -> Pixels:
        left, right = max(math.floor(word.x0 * self.scale), 0), math.ceil(word.x1 * self.scale)
        top = max(math.floor((self.height - word.y1) * self.scale), 0)
        return pixels[top : math.ceil((self.height - word.y0) * self.scale), left:right]


def look_at(page: pdfium.PdfPage, frame: Frame, drawn: Drawn) -> Look:
    area = max(frame.width * frame.height, 1.0)
    scale = min(SCALE, math.sqrt(_MOST_PIXELS / area))
    full = _grey(page, scale)
    with without(drawn.texts):
        bare = _grey(page, scale)
    ink = np.maximum(full, bare)
    ink -= np.minimum(full, bare)
    return Look(ink, bare, bare.shape[0] / max(frame.height, 1e-6), frame.height)


def _grey(page: pdfium.PdfPage, scale: float) -> Pixels:
    pixels: Pixels = page.render(scale=scale, grayscale=True).to_numpy()
    return pixels.reshape(pixels.shape[:2])


def split_seen(
    page: pdfium.PdfPage, text: pdfium.PdfTextPage, frame: Frame, drawn: Drawn, words: Sequence[Word], look: Look
) -> tuple[list[Word], list[Flag]]:
    """The words that are seen, and what the others say, with the reason that hides them."""
    covered = _overlapping(words, look)
    least = _TINY * min(1.0, max(frame.width, frame.height) / 792)  # points, of a page in the usual size
    seen: list[Word] = []
    gone: list[tuple[Word, str]] = []
    doubted: list[Word] = []
    for word, twice in zip(words, covered, strict=True):
        if (reason := _misplaced(word, text, frame, least)) and _is_said(word):
            gone.append((word, reason))
        elif not twice and look.crop(look.ink, word).max(initial=0) >= _PLAIN:
            seen.append(word)
        elif not reason:
            doubted.append(word)
    if doubted:
        again = list(_looked_at_again(page, text, frame, drawn, doubted, look))
        seen += [word for word, reason in again if not reason]
        gone += [(word, reason) for word, reason in again if reason and _is_said(word)]
        seen.sort(key=lambda word: word.first)
    return seen, list(_flags(gone))


def covers_page(drawn: Drawn, frame: Frame) -> bool:
    """Whether pictures are the page, not on it."""
    return bool(drawn.pictured > _SCANNED * frame.width * frame.height)


def _is_said(word: Word) -> bool:
    return any(letter.isalnum() for letter in word.text)


def _misplaced(word: Word, text: pdfium.PdfTextPage, frame: Frame, least: float) -> str:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    if not (0 <= x <= frame.width and 0 <= y <= frame.height):
        return "off the page"
    rough = min(word.y1 - word.y0, (word.x1 - word.x0) * 3 / len(word.text))
    if rough < least and _size(word, text) < least:  # some fonts lie about their height
        return "too small to read"
    return ""


def _size(word: Word, text: pdfium.PdfTextPage) -> float:
    """The size of the type, by the tallest letter, or by the width of all of them where that says less."""
    boxes: list[tuple[float, ...]] = [text.get_charbox(at) for at in range(word.first, word.last + 1)]
    height = max(max(top - bottom, right - left) for left, bottom, right, top in boxes)
    return min(1.4 * height, (word.x1 - word.x0) * 3 / len(word.text))


def _overlapping(words: Sequence[Word], look: Look) -> list[bool]:
    """Whether another word stands in the same place."""
    owner = np.full([math.ceil(side / 2) for side in look.ink.shape], -1, dtype=np.int32)
    half = Look(look.ink, look.bare, look.scale / 2, look.height)
    doubled = [False] * len(words)
    for at, word in enumerate(words):
        cells = half.crop(owner, word)  # type: ignore[arg-type]
        taken = cells[cells >= 0]
        if len(taken) > _OVERLAP * cells.size:
            doubled[at] = True
            for other in np.unique(taken).tolist():
                doubled[other] = True
        cells[:] = at
    return doubled


def _looked_at_again(
    page: pdfium.PdfPage,
    text: pdfium.PdfTextPage,
    frame: Frame,
    drawn: Drawn,
    words: Sequence[Word],
    look: Look,
) -> Iterator[tuple[Word, str]]:
    """Each word with what hides it; an empty reason where it is seen after all."""
    scanned = covers_page(drawn, frame)
    doubled = _overlapping(words, look)
    groups: dict[int, list[tuple[Word, bool]]] = defaultdict(list)
    objects: dict[int, Handle] = {}
    for word, twice in zip(words, doubled, strict=True):
        one = raw.FPDFText_GetTextObject(text.raw, word.first)
        objects[key(one)] = one
        groups[key(one)].append((word, twice))
    for looks, (name, group) in enumerate(groups.items()):
        one = objects[name]
        asked = [word for word, twice in group if twice or not scanned or not _is_printed(look.crop(look.bare, word))]
        alone = any(twice for _, twice in group)
        others = [other for other in drawn.texts if key(other) != name] if alone else []
        inked = _inked(page, frame, drawn.texts, others, asked) if looks < _MOST_LOOKS else [False] * len(asked)
        visible = {word.first for word, shown in zip(asked, inked, strict=True) if shown}
        for word, _ in group:
            # What is not asked is the text layer of a scan. A font that is not in the file may lack the letter here.
            shown = word not in asked or word.first in visible or not _has_shape(one, word)
            yield word, "" if shown else _reason(one)


def _is_printed(pixels: Pixels) -> bool:
    """Whether a picture shows letters there: a part of the box differs clearly from the rest."""
    if not pixels.size:
        return False
    low, high = int(pixels.min()), int(pixels.max())
    dark = float(np.mean(pixels < (low + high) / 2))
    return high - low >= _PRINTED and (_INKED[0] <= dark <= _INKED[1] or _INKED[0] <= 1 - dark <= _INKED[1])


def _inked(
    page: pdfium.PdfPage, frame: Frame, texts: list[Handle], others: list[Handle], words: Sequence[Word]
) -> list[bool]:
    """For each word whether it differs from what is behind it when the other text is taken away."""
    with without(others):
        drawn = [_enlarged(page, frame, word) for word in words]
    with without(texts):
        bare = [_enlarged(page, frame, word) for word in words]
    return [_differ(one, other) for one, other in zip(drawn, bare, strict=True)]


def _enlarged(page: pdfium.PdfPage, frame: Frame, word: Word) -> Colours:
    """Height x width x (red, green, blue) of a word's box."""
    width, height = word.x1 - word.x0, word.y1 - word.y0
    scale = min(_ENLARGED / max(height, 0.1), 60.0, math.sqrt(_MOST_PIXELS / max(width * height, 0.1)))
    edges = (word.x0, word.y0, frame.width - word.x1, frame.height - word.y1)
    crop = tuple(max(edge, 0.0) for edge in edges)
    pixels: Colours = page.render(scale=scale, crop=crop, rev_byteorder=True).to_numpy()[..., :3].astype(np.int16)
    return pixels


def _differ(drawn: Colours, bare: Colours) -> bool:
    apart = np.abs(drawn - bare).max(axis=2)
    at = np.unravel_index(int(apart.argmax()), apart.shape)
    above, below = sorted((_luminance(drawn[at]), _luminance(bare[at])), reverse=True)
    return bool(apart[at] >= _TINT) or (above + 0.05) / (below + 0.05) >= _CONTRAST


def _luminance(colour: Colours) -> float:
    """WCAG 2.2's relative luminance of red, green and blue up to 255."""
    parts = colour / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def _has_shape(one: Handle, word: Word) -> bool:
    """Whether there is anything to draw; fonts in the file always count, whatever they hold."""
    font = raw.FPDFTextObj_GetFont(one)
    if not font or raw.FPDFFont_GetIsEmbedded(font) == 1:
        return True
    return any(raw.FPDFFont_GetGlyphPath(font, ord(letter), 10.0) for letter in word.text if letter.isalnum())


def _reason(one: Handle) -> str:
    if raw.FPDFTextObj_GetTextRenderMode(one) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return "invisible render mode"
    if fill(one)[3] == 0:
        return "transparent"
    if any(name_of(mark) == "OC" for mark in marks_of(one)):
        return "in a layer that is off"
    return "not seen: the colour of what is behind it, covered or cut off"


def _flags(gone: Iterable[tuple[Word, str]]) -> Iterator[Flag]:
    """One flag for each run of words that one reason hides."""
    ordered = sorted(gone, key=lambda pair: pair[0].first)
    run: list[str] = []
    for (word, reason), (_, following) in pairwise([*ordered, (None, "")]):
        run.append(word.text)  # type: ignore[union-attr]
        if reason != following:
            yield hidden(reason, " ".join(run))
            run = []
