"""The colours of a DOCX: by value, by name in its theme, of shading and of highlighting."""

from __future__ import annotations

from docx.oxml.ns import qn
from lxml import etree

from models.formats.ink import BLACK, WHITE, Ink, ink_of

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VAL = qn("w:val")
# Names in a text to names in the theme.
_ALIASES = {
    "background1": "lt1", "text1": "dk1", "background2": "lt2", "text2": "dk2", "light1": "lt1", "dark1": "dk1",
    "light2": "lt2", "dark2": "dk2", "bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2", "hyperlink": "hlink",
    "followedhyperlink": "folhlink",
}  # fmt: skip
_HIGHLIGHTS: dict[str, Ink] = {
    "black": BLACK, "blue": (0, 0, 255), "cyan": (0, 255, 255), "green": (0, 255, 0), "magenta": (255, 0, 255),
    "red": (255, 0, 0), "yellow": (255, 255, 0), "white": WHITE, "darkblue": (0, 0, 139), "darkcyan": (0, 139, 139),
    "darkgreen": (0, 100, 0), "darkmagenta": (139, 0, 139), "darkred": (139, 0, 0), "darkyellow": (128, 128, 0),
    "darkgray": (169, 169, 169), "lightgray": (211, 211, 211),
}  # fmt: skip


def highlight(name: str) -> Ink | None:
    return _HIGHLIGHTS.get(name.lower())


class Theme:
    def __init__(self, theme: etree._Element | None) -> None:
        scheme = None if theme is None else next(theme.iter(_A + "clrScheme"), None)
        self._inks: dict[str, Ink] = {"lt1": WHITE, "dk1": BLACK, "lt2": (238, 236, 225), "dk2": (31, 73, 125)}
        for entry in () if scheme is None else scheme:
            for colour in entry:
                found = ink_of(colour.get("lastClr") or colour.get("val") or "")
                if found and isinstance(entry.tag, str):
                    self._inks[etree.QName(entry).localname.lower()] = found[0]

    def named(self, name: str) -> Ink | None:
        name = name.lower()
        return self._inks.get(_ALIASES.get(name, name))

    def ink(self, colour: etree._Element) -> Ink | None:
        """Of `w:color`; None when it is automatic."""
        return self._stated(colour, "w:themeColor", "w:themeTint", "w:themeShade", _VAL)

    def shade(self, shading: etree._Element) -> Ink | None:
        """Of `w:shd`; None when it has none of its own."""
        if shading.get(_VAL) == "solid":
            return self._stated(shading, "w:themeColor", "w:themeTint", "w:themeShade", qn("w:color")) or BLACK
        return self._stated(shading, "w:themeFill", "w:themeFillTint", "w:themeFillShade", qn("w:fill"))

    def _stated(self, element: etree._Element, name: str, tint: str, shade: str, value: str) -> Ink | None:
        base = self.named(element.get(qn(name), ""))
        if base is None:
            found = ink_of(element.get(value, ""))
            return found[0] if found else None
        lighter, darker = (_share(element.get(qn(one))) for one in (tint, shade))
        red, green, blue = (round((255 - (255 - c) * lighter) * darker) for c in base)
        return red, green, blue

    def drawn(self, fill: etree._Element | None, space: str = _A) -> Ink | None:
        """Of a `solidFill`, or of any element that holds one colour; changes of its light are applied roughly."""
        if fill is None:
            return None
        for colour in fill:
            name = etree.QName(colour).localname if isinstance(colour.tag, str) else ""
            value = colour.get("val") or colour.get(space + "val") or ""
            base = self.named(value) if name == "schemeClr" else next(iter(ink_of(value) or ()), None)
            if name == "sysClr":
                base = next(iter(ink_of(colour.get("lastClr", "")) or ()), None)
            if isinstance(base, tuple):
                return _changed(base, colour)
        return None


def _share(text: str | None) -> float:
    try:
        return int(text, 16) / 255 if text else 1.0
    except ValueError:
        return 1.0


def _changed(base: Ink, colour: etree._Element) -> Ink:
    """`lumMod` darkens by a share, `lumOff` adds light."""
    ink = list(map(float, base))
    for change in colour:
        name = etree.QName(change).localname if isinstance(change.tag, str) else ""
        value = change.get("val") or next(iter(change.values()), "")
        share = float(value) / 100_000 if value.lstrip("-").isdigit() else 1.0
        if name in ("lumMod", "shade"):
            ink = [c * share for c in ink]
        elif name == "lumOff":
            ink = [c + 255 * share for c in ink]
        elif name == "tint":
            ink = [255 - (255 - c) * share for c in ink]
    red, green, blue = (min(max(round(c), 0), 255) for c in ink)
    return red, green, blue
