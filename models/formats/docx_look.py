"""How words look in a DOCX: by its defaults, its styles with all they inherit, and what is set in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from docx.oxml.ns import qn
from lxml import etree

from models.formats.docx_theme import Theme, highlight
from models.formats.ink import WHITE, Ink, unseen

_TINY = 4  # half-points: 2 pt
_NARROW = 10  # percent of a letter's width
_FLAT = 40  # twips of exact line height
_FAR = (-8_000, 31_000)  # twips of indentation beyond any page
_VAL, _RPR, _PPR, _SHADE = qn("w:val"), qn("w:rPr"), qn("w:pPr"), qn("w:shd")
_OFF = ("0", "false", "off", "none")
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_KINDS = {qn(f"w:{name}"): name for name in ("vanish", "color", "sz", "w", "highlight", "shd")} | {
    W14 + "textFill": "textFill"
}
_STYLE_OF_RUN, _VANISH = qn("w:rStyle"), qn("w:vanish")
_NONE = etree.Element("none")


@dataclass(frozen=True, slots=True)
class Look:
    """`ink` None is the automatic one, which shows on any ground; `ground` None is a picture or unknown."""

    hidden: bool = False
    away: str = ""  # why the whole block is out of sight
    ink: Ink | None = None
    clear: bool = False
    ground: Ink | None = WHITE
    size: int = 22
    width: int = 100

    @property
    def reason(self) -> str:
        """Why words of this look are not seen; empty when they are."""
        if self.away or self.hidden:
            return self.away or "marked as hidden"
        if self.size < _TINY or self.width < _NARROW:
            return "letters too small to read"
        if self.clear:
            return "ink without colour"
        if self.ink is not None and self.ground is not None and unseen(self.ink, self.ground):
            return "ink of the colour of its background"
        return ""


class Styles:
    def __init__(self, styles: etree._Element | None, theme: Theme) -> None:
        self.theme = theme
        root = _NONE if styles is None else styles
        self._by_id = {one.get(qn("w:styleId"), ""): one for one in root.iterfind(qn("w:style"))}
        self._defaults = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{_RPR}")
        self._standard = next(
            (
                name
                for name, one in self._by_id.items()
                if one.get(qn("w:type")) == "paragraph" and one.get(qn("w:default")) in ("1", "true", "on")
            ),
            "",
        )
        self._paragraphs: dict[tuple[str, Look], Look] = {}
        self._conditions: dict[str, Mapping[str, tuple[etree._Element, ...]]] = {}

    def page(self, ground: Ink) -> Look:
        look = Look(ground=ground)
        return look if self._defaults is None else self.run(look, self._defaults)

    def chain(self, name: str) -> list[etree._Element]:
        """A style and those it is based on, the outermost first."""
        found: list[etree._Element] = []
        while (style := self._by_id.get(name)) is not None and style not in found and len(found) < 20:
            found.append(style)
            based = style.find(qn("w:basedOn"))
            name = "" if based is None else based.get(_VAL, "")
        return found[::-1]

    def paragraph(self, outer: Look, properties: etree._Element | None) -> Look:
        """The look of a paragraph's words before their own properties."""
        style = None if properties is None else properties.find(qn("w:pStyle"))
        name = self._standard if style is None else style.get(_VAL, "")
        key = (name, outer)
        if key not in self._paragraphs:
            look = outer
            for one in self.chain(name):
                look = self.run(self._block(look, one.find(_PPR)), one.find(_RPR))
            self._paragraphs[key] = look
        return self._block(self._paragraphs[key], properties)

    def run(self, outer: Look, properties: etree._Element | None) -> Look:
        """A run's look by its properties; its character style comes first, and takes back what hides twice."""
        look = outer
        if properties is None:
            return look
        style = properties.find(_STYLE_OF_RUN)
        for one in self.chain("" if style is None else style.get(_VAL, "")):
            inner = one.find(_RPR)
            look = self.run(look, inner)
            if inner is not None and inner.find(_VANISH) is not None:
                look = replace(look, hidden=outer.hidden != look.hidden)
        for child in properties:
            look = self._property(look, child)
        return look

    def _property(self, look: Look, child: etree._Element) -> Look:
        match _KINDS.get(child.tag):
            case "vanish":
                return replace(look, hidden=child.get(_VAL, "1") not in _OFF)
            case "color":
                return replace(look, ink=self.theme.ink(child))
            case "sz":
                return replace(look, size=number(child.get(_VAL), 22))
            case "w":
                return replace(look, width=number(child.get(_VAL, "").rstrip("%"), 100))
            case "highlight":
                return replace(look, ground=highlight(child.get(_VAL, "")) or look.ground)
            case "shd":
                return replace(look, ground=self.theme.shade(child) or look.ground)
            case "textFill":
                return self._filled(look, child)
        return look

    def _filled(self, look: Look, fill: etree._Element) -> Look:
        """Word 2010's own ink, which comes before `w:color`; its alpha counts how clear the ink is."""
        alpha = next(fill.iter(W14 + "alpha"), None)
        clear = 0 if alpha is None else number(alpha.get(W14 + "val"), 0)
        if fill.find(W14 + "noFill") is not None or clear > 90_000:
            return replace(look, clear=True)
        ink = self.theme.drawn(fill.find(W14 + "solidFill"), W14)
        return look if ink is None else replace(look, ink=ink)

    def _block(self, look: Look, properties: etree._Element | None) -> Look:
        if properties is None:
            return look
        shade = properties.find(_SHADE)
        if shade is not None:
            look = replace(look, ground=self.theme.shade(shade) or look.ground)
        spacing = properties.find(qn("w:spacing"))
        if spacing is not None and spacing.get(qn("w:lineRule")) == "exact":
            flat = number(spacing.get(qn("w:line")), 240) < _FLAT
            look = replace(look, away="lines without height" if flat else look.away)
        for tag, names in (("w:ind", ("w:left", "w:start")), ("w:framePr", ("w:x", "w:y"))):
            element = properties.find(qn(tag))
            places = [number(element.get(qn(name)), 0) for name in names] if element is not None else []
            if any(not _FAR[0] < place < _FAR[1] for place in places):
                look = replace(look, away="off the page")
        return look

    def cell(self, outer: Look, style: str, conditions: Iterator[str], properties: etree._Element | None) -> Look:
        """A cell's look: the table's style for where the cell stands, then its own shading."""
        look = outer
        stated = self._table(style)
        for condition in ("", *conditions):
            for part in stated.get(condition, ()):
                shade = part.find(f"{qn('w:tcPr')}/{_SHADE}")
                look = self.run(look, part.find(_RPR))
                look = look if shade is None else replace(look, ground=self.theme.shade(shade) or look.ground)
        shade = None if properties is None else properties.find(_SHADE)
        return look if shade is None else replace(look, ground=self.theme.shade(shade) or look.ground)

    def _table(self, name: str) -> Mapping[str, tuple[etree._Element, ...]]:
        if name not in self._conditions:
            found: dict[str, tuple[etree._Element, ...]] = {}
            for style in self.chain(name):
                for part in (style, *style.iterfind(qn("w:tblStylePr"))):
                    kind = "" if part is style else part.get(qn("w:type"), "")
                    found[kind] = (*found.get(kind, ()), part)
            self._conditions[name] = found
        return self._conditions[name]


def number(text: str | None, default: int) -> int:
    try:
        return int(float(text)) if text else default
    except (ValueError, OverflowError):
        return default
