"""Colours, and whether words in one of them show on a ground of another."""

from __future__ import annotations

import re

Ink = tuple[int, int, int]
BLACK: Ink = (0, 0, 0)
WHITE: Ink = (255, 255, 255)
_LEAST = 1.2  # contrast, 1 to 21: the palest grey that people set words in has 1.3 on white, #fdfdfd has 1.02
_NAMES: dict[str, Ink] = {
    "black": BLACK, "white": WHITE, "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240), "mintcream": (245, 255, 250), "azure": (240, 255, 255),
    "whitesmoke": (245, 245, 245), "aliceblue": (240, 248, 255), "seashell": (255, 245, 238),
    "gainsboro": (220, 220, 220), "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211),
    "silver": (192, 192, 192), "darkgray": (169, 169, 169), "darkgrey": (169, 169, 169), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "dimgray": (105, 105, 105), "dimgrey": (105, 105, 105), "red": (255, 0, 0),
    "maroon": (128, 0, 0), "yellow": (255, 255, 0), "olive": (128, 128, 0), "lime": (0, 255, 0), "green": (0, 128, 0),
    "aqua": (0, 255, 255), "cyan": (0, 255, 255), "teal": (0, 128, 128), "blue": (0, 0, 255), "navy": (0, 0, 128),
    "fuchsia": (255, 0, 255), "magenta": (255, 0, 255), "purple": (128, 0, 128), "orange": (255, 165, 0),
    "darkblue": (0, 0, 139), "darkgreen": (0, 100, 0), "darkred": (139, 0, 0), "steelblue": (70, 130, 180),
    "slategray": (112, 128, 144), "darkslategray": (47, 79, 79), "lightyellow": (255, 255, 224),
    "beige": (245, 245, 220), "lavender": (230, 230, 250), "linen": (250, 240, 230),
}  # fmt: skip
_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_FUNCTION = re.compile(r"rgba?\(\s*([\d.]+%?)[\s,]+([\d.]+%?)[\s,]+([\d.]+%?)(?:[\s,/]+([\d.]+%?))?\s*\)")
_FAINT = 0.1  # opacity at which nothing is read any more


def contrast(one: Ink, other: Ink) -> float:
    """WCAG 2.2's ratio: 1 for the same colour, 21 for black on white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def unseen(ink: Ink, ground: Ink) -> bool:
    return contrast(ink, ground) < _LEAST


def _luminance(ink: Ink) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in ink)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink_of(text: str) -> tuple[Ink, float] | None:
    """A colour as CSS and office formats write it, with its opacity; None for what is no colour we know."""
    text = text.strip().lower()
    if text == "transparent":
        return WHITE, 0.0
    if text in _NAMES:
        return _NAMES[text], 1.0
    if found := _HEX.fullmatch(text):
        digits = found[1] if len(found[1]) > 4 else "".join(c * 2 for c in found[1])
        red, green, blue, *rest = bytes.fromhex(digits)
        return (red, green, blue), rest[0] / 255 if rest else 1.0
    if found := _FUNCTION.fullmatch(text):
        red, green, blue = (min(round(_part(found[n], 255)), 255) for n in (1, 2, 3))
        return (red, green, blue), _part(found[4], 1) if found[4] else 1.0
    return None


def faint(opacity: float) -> bool:
    return opacity < _FAINT


def _part(text: str, whole: float) -> float:
    number = float(text.rstrip("%") if text.rstrip("%").count(".") < 2 else 0)
    return number / 100 * whole if text.endswith("%") else number
