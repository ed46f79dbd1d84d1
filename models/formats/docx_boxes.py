"""Text boxes and shapes of a DOCX: where they stand, and what is behind their words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from docx.oxml.ns import qn
from lxml import etree

from models.formats.css import declarations, points
from models.formats.docx_look import Look, number
from models.formats.docx_theme import Theme
from models.formats.ink import Ink, contrast, ink_of
from models.tokens import word_set

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ALTERNATES, _CHOICE, FALLBACK = _MC + "AlternateContent", _MC + "Choice", _MC + "Fallback"
_POINT = 12_700  # EMU
_TWIP = 635
_LARGE = 0.03  # of a page: a shape that may be the ground of a column of text
# What Word of today draws by itself; a choice that needs more is passed over for the fallback.
_KNOWN = word_set("wps wpg wpc wpi wp14 w14 w15 w16 w16se w16cid w16cex a14 v o cx am3d aink asvg16 dgm pic14")


@dataclass(frozen=True, slots=True)
class Paper:
    """The page in EMU."""

    width: int
    height: int


def paper(body: etree._Element) -> Paper:
    size = next(body.iter(qn("w:pgSz")), None)
    width, height = ("12240", "15840") if size is None else (size.get(qn("w:w")), size.get(qn("w:h")))
    return Paper(number(width, 12_240) * _TWIP, number(height, 15_840) * _TWIP)


def shown_choice(alternates: etree._Element) -> etree._Element | None:
    """The branch that Word draws."""
    for branch in alternates:
        needs = branch.get("Requires", "").split()
        if branch.tag == FALLBACK or (branch.tag == _CHOICE and _KNOWN.issuperset(needs)):
            return branch
    return None


def boxed(outer: Look, box: etree._Element, page: Paper, theme: Theme) -> Look:
    """The look of words in a text box (`w:txbxContent`), before their own properties."""
    look = outer
    for around in box.iterancestors():
        if around.tag in (_WP + "anchor", _WP + "inline"):
            return replace(look, away=look.away or _out_of_sight(around, page))
        if around.tag == _WPS + "wsp":
            look = replace(look, ground=_ground(around, look.ground, theme))
        elif etree.QName(around).localname in ("shape", "rect", "roundrect") and "vml" in (around.tag or ""):
            look = _vml(look, around)
        elif around.tag == qn("w:p"):
            return look
    return look


def _out_of_sight(frame: etree._Element, page: Paper) -> str:
    extent, named = frame.find(_WP + "extent"), frame.find(_WP + "docPr")
    width, height = (number(extent.get(side), _POINT) if extent is not None else page.width for side in ("cx", "cy"))
    if named is not None and named.get("hidden") in ("1", "true"):
        return "a hidden box"
    if min(width, height) <= _POINT:
        return "a box without size"
    for name, long, limit in (("positionH", width, page.width), ("positionV", height, page.height)):
        position = frame.find(_WP + name)
        offset = None if position is None else position.find(_WP + "posOffset")
        if offset is None:
            continue
        place = number(offset.text, 0)
        slack = 0 if position.get("relativeFrom") == "page" else limit // 4
        if place + long <= -slack or place >= limit + (limit if slack else 0):
            return "a box off the page"
    return ""


def _ground(shape: etree._Element, outer: Ink | None, theme: Theme) -> Ink | None:
    properties = shape.find(_WPS + "spPr")
    if properties is not None:
        for kind in ("solidFill", "noFill", "gradFill", "blipFill", "pattFill"):
            fill = properties.find(_A + kind)
            if fill is not None:
                return theme.drawn(fill) if kind == "solidFill" else outer if kind == "noFill" else None
    reference = shape.find(f"{_WPS}style/{_A}fillRef")
    if reference is not None and reference.get("idx", "0") != "0":
        return theme.drawn(reference) or outer
    return outer


def _vml(look: Look, shape: etree._Element) -> Look:
    style = declarations(shape.get("style", ""))
    found = ink_of(shape.get("fillcolor", "").partition(" ")[0])
    if found and shape.get("filled") not in ("f", "false"):
        look = replace(look, ground=found[0])
    sides = [points(style[name]) for name in ("width", "height") if name in style]
    places = [points(style.get(name, "")) for name in ("margin-left", "margin-top", "left", "top")]
    if style.get("visibility") == "hidden":
        return replace(look, away="a hidden box")
    if any(side <= 1.0 for side in sides):
        return replace(look, away="a box without size")
    return replace(look, away="a box off the page") if any(abs(place) > 1_600 for place in places) else look


def dark_shape_behind(parts: list[etree._Element], page: Paper, theme: Theme) -> bool:
    """Whether a large dark shape or picture floats on a page: only drawing it would tell which words stand on it."""
    for part in parts:
        for anchor in part.iter(_WP + "anchor"):
            extent = anchor.find(_WP + "extent")
            area = 0 if extent is None else number(extent.get("cx"), 0) * number(extent.get("cy"), 0)
            if area < _LARGE * page.width * page.height:
                continue
            pictures = any(True for _ in anchor.iter(_A + "blip"))
            inks = [theme.drawn(fill) for fill in anchor.iter(_A + "solidFill", _A + "fillRef")]
            if pictures or any(ink is not None and contrast(ink, (255, 255, 255)) > 2 for ink in inks):
                return True
    return False
