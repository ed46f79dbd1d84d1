"""Type for the PDFs: two open families that know every European letter, and a few inks."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from pipelines.samples.sheet import Sheet

FAMILIES = ("Roboto", "Caladea")
INKS = ("#1f3a5f", "#7a1f3d", "#1d5c4a", "#222222", "#5a3e85", "#0b6e8a")


@dataclass(frozen=True, slots=True)
class Type:
    accent: Color
    name: ParagraphStyle
    label: ParagraphStyle
    heading: ParagraphStyle
    title: ParagraphStyle
    dates: ParagraphStyle
    place: ParagraphStyle
    body: ParagraphStyle
    bullet: ParagraphStyle
    small: ParagraphStyle


@cache
def register(family: str) -> None:
    """Each family is a package of its own, and a development dependency; others are known to every reader."""
    if family not in FAMILIES:
        return
    faces = {"": "Regular", "-Bold": "Bold", "-Italic": "Italic", "-BoldItalic": "BoldItalic"}
    for suffix, face in faces.items():
        with as_file(files(f"font_{family.lower()}") / "files" / f"{family}-{face}.ttf") as path:
            pdfmetrics.registerFont(TTFont(family + suffix, str(path)))
    pdfmetrics.registerFontFamily(family, family, f"{family}-Bold", f"{family}-Italic", f"{family}-BoldItalic")


def _style(font: str, size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(font, fontName=font, fontSize=size, leading=size * 1.28, **more)


def choose(sheet: Sheet) -> Type:
    """The same person gets the same type on every run; a plain sheet is black on white."""
    lot = zlib.crc32(sheet.title.encode())
    family = FAMILIES[lot % len(FAMILIES)]
    register(family)
    accent = HexColor("#000000" if sheet.layout == "plain" else INKS[lot // 7 % len(INKS)])
    bold, italic = f"{family}-Bold", f"{family}-Italic"
    return Type(
        accent,
        name=_style(bold, 20, textColor=accent, spaceAfter=2),
        label=_style(family, 12, spaceAfter=3),
        heading=_style(bold, 11.5, textColor=accent, spaceBefore=9, spaceAfter=2, keepWithNext=1),
        title=_style(bold, 10.5),
        dates=_style(family, 9.5, alignment=TA_RIGHT),
        place=_style(italic, 10.2, spaceAfter=1, keepWithNext=1),
        body=_style(family, 10.2, spaceAfter=2),
        bullet=_style(family, 10.2, leftIndent=10, bulletIndent=1, spaceAfter=1),
        small=_style(family, 8.8, spaceAfter=2),
    )
