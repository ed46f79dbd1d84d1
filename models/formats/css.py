"""As much of CSS as tells whether words show: rules by tag, class and id, and the properties that hide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.formats.ink import BLACK, WHITE, Ink, faint, ink_of, unseen

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_MEDIA = re.compile(r"@media([^{]*)\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}")
_COMPOUND = re.compile(r"(\*|[a-z][\w-]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_PART = re.compile(r"([.#])([\w-]+)")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*((?:[^;()\"']|\([^)]*\)|\"[^\"]*\"|'[^']*')+)")
_LENGTH = re.compile(r"(-?[\d.]+)(px|pt|em|rem|ex|ch|%|in|cm|mm|pc|vw|vh|)", re.IGNORECASE)
_POINTS = {"pt": 1.0, "px": 0.75, "": 0.75, "in": 72.0, "cm": 28.35, "mm": 2.835, "pc": 12.0}
_RULES = 5_000
_TINY = 2.0  # points: no printed letter is that small
_FAR = -500.0  # points off the screen
_SIZES = {"xx-small": 7.0, "x-small": 8.0, "small": 10.0, "medium": 12.0, "large": 14.0, "x-large": 18.0}

Declared = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """An element as selectors see it."""

    tag: str
    id: str
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compound:
    tag: str
    ids: frozenset[str]
    classes: frozenset[str]

    def fits(self, node: Node) -> bool:
        return self.tag in ("", "*", node.tag) and self.ids <= {node.id} and self.classes <= node.classes


@dataclass(frozen=True, slots=True)
class Rule:
    """`path` are compounds from the outermost in, each with whether its parent must be the one before."""

    path: tuple[tuple[Compound, bool], ...]
    declared: Declared
    weight: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """How an element's words look. `hides` says why they do not show; empty when they do. Sizes in points."""

    hides: str = ""
    ink: Ink = BLACK
    ground: Ink | None = WHITE  # None: a picture, of which nothing is known
    size: float = 12.0
    invisible: bool = False  # `visibility`, which an inner element may take back

    @property
    def reason(self) -> str:
        """Why words of this look are not seen; empty when they are."""
        if self.hides:
            return self.hides
        if self.invisible:
            return "visibility: hidden"
        if self.size < _TINY:
            return "letters too small to read"
        if self.ground is not None and unseen(self.ink, self.ground):
            return "ink of the colour of its background"
        return ""


class Sheet:
    """The rules of a page, found by the last compound's id, class or tag."""

    def __init__(self, css: str) -> None:
        self._by_key: dict[str, list[Rule]] = {}
        for rule in _rules(css):
            last = rule.path[-1][0]
            key = next((f"#{one}" for one in last.ids), next((f".{one}" for one in last.classes), last.tag or "*"))
            self._by_key.setdefault(key, []).append(rule)

    def declared(self, node: Node, outside: Sequence[Node], inline: str) -> Declared:
        """What holds for an element: rules by weight, then its own style, then what is important."""
        keys = ["*", node.tag, f"#{node.id}", *(f".{one}" for one in node.classes)]
        fitting = [rule for key in keys for rule in self._by_key.get(key, ()) if _fits(rule, node, outside)]
        declared: dict[str, str] = {}
        important: dict[str, str] = {}
        stated = [rule.declared for rule in sorted(fitting, key=lambda rule: rule.weight)]
        for one in (*stated, declarations(inline)):
            for name, value in one.items():
                bare = value.replace("!important", "").strip()
                (important if bare != value else declared)[name] = bare
        return declared | important


def _rules(css: str) -> Iterator[Rule]:
    css = _COMMENT.sub(" ", css)
    css = _MEDIA.sub(lambda match: " " if "print" in match[1] else match[2], css)
    for number, (selectors, body) in enumerate(_RULE.findall(css)):
        if number > _RULES:
            return
        declared = declarations(body)
        for selector in selectors.split(",") if declared else ():
            path = tuple(_path(selector))
            if path:
                ids = sum(len(one.ids) for one, _ in path)
                classes = sum(len(one.classes) for one, _ in path)
                yield Rule(path, declared, (ids, classes, sum(one.tag not in ("", "*") for one, _ in path), number))


def _path(selector: str) -> Iterable[tuple[Compound, bool]]:
    """Nothing for selectors that are not understood, such as states and siblings."""
    found: list[tuple[Compound, bool]] = []
    parent = False
    for word in selector.replace(">", " > ").split()[-8:]:
        if word == ">":
            parent = True
            continue
        match = _COMPOUND.fullmatch(word)
        if match is None:
            return ()
        parts = _PART.findall(match[2])
        ids = frozenset(name for mark, name in parts if mark == "#")
        found.append((Compound((match[1] or "").lower(), ids, frozenset(n for m, n in parts if m == ".")), parent))
        parent = False
    return found


def _fits(rule: Rule, node: Node, outside: Sequence[Node]) -> bool:
    if not rule.path[-1][0].fits(node):
        return False
    at = len(outside)
    parent = rule.path[-1][1]
    for compound, next_parent in reversed(rule.path[:-1]):
        at -= 1
        while at >= 0 and not compound.fits(outside[at]):
            if parent:
                return False
            at -= 1
        if at < 0:
            return False
        parent = next_parent
    return True


def declarations(body: str) -> dict[str, str]:
    return {name.lower(): value.strip().lower() for name, value in _DECLARATION.findall(body)}


def look(outer: Look, declared: Declared) -> Look:
    """The look of an element inside another."""
    inner = replace(outer, hides=outer.hides or _hides(declared))
    if "visibility" in declared:
        inner = replace(inner, invisible=declared["visibility"] in ("hidden", "collapse"))
    if size := declared.get("font-size", ""):
        inner = replace(inner, size=_size(size, outer.size))
    inner = _grounded(inner, declared)
    if found := ink_of(declared.get("color", "")):
        ink, opacity = found
        inner = replace(inner, ink=ink, hides=inner.hides or ("ink without colour" if faint(opacity) else ""))
    return inner


def _grounded(inner: Look, declared: Declared) -> Look:
    picture = declared.get("background-image", "")
    stated = declared.get("background", "")
    if "url(" in picture + stated or "gradient(" in picture + stated:
        return replace(inner, ground=None)
    for value in (declared.get("background-color", ""), stated, *stated.split()):
        if (found := ink_of(value)) and found[1] > 0.5:
            return replace(inner, ground=found[0])
    return inner


def _hides(declared: Declared) -> str:
    """Why all of an element is out of sight, its inner ones too."""

    def says(name: str, *values: str) -> bool:
        return declared.get(name, "").replace(" ", "") in values

    flat = declared.get("clip", "").replace(" ", "").replace("px", "")
    transform = declared.get("transform", "").replace(" ", "")
    if says("display", "none"):
        return "display: none"
    if _number(declared.get("opacity", "1")) < 0.1:
        return "opacity 0"
    if flat in ("rect(0,0,0,0)", "rect(0000)", "rect(1,1,1,1)") or _clipped(declared.get("clip-path", "")):
        return "clipped away"
    if any(mark in transform for mark in ("scale(0)", "scale(0,0)", "scalex(0)", "scaley(0)")):
        return "scaled to nothing"
    placed = says("position", "absolute", "fixed", "relative")
    if placed and min(points(declared.get(side, "")) for side in ("left", "top", "right", "bottom")) < _FAR:
        return "off the page"
    sides = ("text-indent", "margin-left", "margin-top", "margin")
    if min(points(declared.get(side, "").split(" ")[0]) for side in sides) < _FAR:
        return "off the page"
    clipping = says("overflow", "hidden", "clip") or says("overflow-x", "hidden") or says("overflow-y", "hidden")
    sides = ("width", "height", "max-width", "max-height")
    if clipping and any(name in declared and 0 <= points(declared[name], 99.0) <= 1.0 for name in sides):
        return "a box without size"
    return ""


def _clipped(path: str) -> bool:
    found = re.fullmatch(r"(?:inset|circle)\(\s*([\d.]+)(%|px|)\s*\)", path)
    if not found:
        return False
    size = _number(found[1])
    return size >= 50 and found[2] == "%" if path.startswith("inset") else size == 0


def _number(text: str) -> float:
    try:
        return float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return 1.0


def points(text: str, default: float = 0.0) -> float:
    found = _LENGTH.fullmatch(text.strip())
    if found is None or found[1].count(".") > 1 or not found[1].strip("-."):
        return default
    return float(found[1]) * _POINTS.get(found[2].lower(), 12.0 if found[2] != "%" else 5.0)


def _size(text: str, outer: float) -> float:
    found = _LENGTH.fullmatch(text.strip())
    if text in _SIZES:
        return _SIZES[text]
    if found is None or found[1].count(".") > 1 or not found[1].strip("-."):
        return outer
    number, unit = float(found[1]), found[2].lower()
    if unit in ("em", "%"):
        return outer * number / (100 if unit == "%" else 1)
    return number * _POINTS.get(unit, 12.0)
