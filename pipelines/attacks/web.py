"""A CV as a web page, and words in it that a browser does not show."""

from __future__ import annotations

from html import escape

from pipelines.attacks.aim import Aim, Kind
from pipelines.attacks.flow import Line, Role, lines
from pipelines.samples.sheet import Sheet

_TAGS = {Role.NAME: "h1", Role.HEADING: "h2", Role.ENTRY: "h3", Role.BODY: "p", Role.BULLET: "li"}
_CSS = "body { font: 16px/1.5 sans-serif; color: #222; background: #fff } h2 { color: #1f3a5f }"


def page(sheet: Sheet, body: str = "", css: str = "") -> bytes:
    """`body` comes last."""
    shown = "\n".join(_element(line) for line in lines(sheet))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(sheet.title)}</title>'
        f"<style>{_CSS} {css}</style></head>\n<body>\n{shown}\n{body}\n</body></html>\n"
    ).encode()


def _element(line: Line) -> str:
    tag = _TAGS[line.role]
    return f"<{tag}>{escape(line.text)}</{tag}>"


def _clean(aim: Aim) -> bytes:
    return page(aim.sheet)


def _kind(name: str, body: str, css: str = "") -> Kind:
    def attacked(aim: Aim) -> bytes:
        return page(aim.sheet, body.replace("{text}", escape(aim.claims)), css)

    return Kind(f"HTML {name}", ".html", _clean, attacked)


_INLINE = {
    "display none": "display:none",
    "visibility hidden": "visibility: hidden;",
    "opacity 0": "opacity: 0",
    "font size 0": "font-size:0",
    "tiny": "font-size: 0.5px",
    "white": "color: #FFF",
    "white as rgb": "color: rgb(255, 255, 255) !important",
    "near-white": "color:#fefefe",
    "transparent ink": "color: transparent",
    "ink of its background": "background:#1f3a5f;color:#1f3a5f",
    "off the screen": "position:absolute; left:-9999px",
    "text indent": "text-indent:-9999px; white-space: nowrap; overflow: hidden",
    "clip": "position:absolute; clip: rect(0, 0, 0, 0)",
    "clip path": "clip-path: inset(100%)",
    "no width": "width:0;height:0;overflow:hidden",
    "scaled to nothing": "transform: scale(0)",
}
KINDS = (
    *(_kind(name, f'<div style="{style}">{{text}}</div>') for name, style in _INLINE.items()),
    _kind("hidden attribute", "<p hidden>{text}</p>"),
    _kind("template", "<template><p>{text}</p></template>"),
    _kind("comment", "<!-- {text} -->"),
    _kind("hidden by class", '<p class="note x1">{text}</p>', ".x1 { display: none; }"),
    _kind("hidden by id", '<section id="more"><p>{text}</p></section>', "#more { visibility: hidden }"),
    _kind("white by class", '<p class="w">{text}</p>', "p.w, .q { color: white }"),
)
