"""HTML, also in Markdown: the words that a browser shows, in blocks; no address is fetched, no script run."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from models.formats.css import Look, Node, Sheet, look
from models.formats.extract import Extract
from models.formats.limits import Limits
from models.formats.plain import decode, decode_html, plain_markdown
from models.formats.unseen import Unseen, count
from models.tokens import word_set

_SILENT = frozenset(
    {"script", "style", "noscript", "svg", "head", "title", "iframe", "object", "nav", "footer", "select", "math"}
)
_BLOCKS = word_set(
    "address article aside blockquote body br caption dd div dl dt fieldset figure figcaption footer form h1 h2 h3 h4"
    " h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul"
)
_SPACED = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "section", "table", "ul", "ol", "dl"})
_VOID = word_set("area base br col embed hr img input link meta param source track wbr")
# What an opening tag ends, and within what.
_ENDS = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
}
_KNOWN = (
    _BLOCKS
    | _SILENT
    | _VOID
    | word_set(
        "a abbr b big body button center code del details em font html i ins kbd label mark q s small span strike"
    )
    | word_set("strong sub summary sup td template th time tt u")
)
_BOXES = frozenset({"div", "td", "th", "body", "section", "article", "button", "table"})  # a `p` does not end beyond
_STYLES = re.compile(r"<style[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_DEPTH = 1_000
_COMMENT = 8  # words: shorter ones are notes of who built the page


class Page(HTMLParser):
    """A page's `text`, and what is `unseen` of it. `verbatim` keeps a text as it is but for the tags in it."""

    def __init__(self, html: str, *, verbatim: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self._verbatim = verbatim
        self._sheet = Sheet("\n".join(_STYLES.findall(html)))
        self._parts: list[str] = []
        self._nodes: list[Node] = []
        self._looks: list[Look] = [Look()]
        self._silent = 0
        self._listed: list[int] = []  # the next number of each list around; 0 has bullets
        self.unseen = Unseen()
        self.comments = Unseen()
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        if self._verbatim:
            return "".join(self._parts)
        return "\n".join(line.strip(" ") for line in "".join(self._parts).split("\n"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._verbatim and tag not in _KNOWN:
            self.handle_data(self.get_starttag_text() or "")
            return
        if tag == "body":
            self._silent = 0  # whatever of the head was never closed
        self._end_open(tag)
        if tag not in _VOID and len(self._nodes) < _DEPTH:
            self._open(tag, {name: value or "" for name, value in attrs})
        if tag in _SILENT:
            self._silent += 1
        elif not self._looks[-1].reason:
            self._separate(tag)

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        node = Node(tag, attributes.get("id", ""), frozenset(attributes.get("class", "").split()))
        declared = dict(self._sheet.declared(node, self._nodes, attributes.get("style", "")))
        if "bgcolor" in attributes:
            declared.setdefault("background-color", attributes["bgcolor"].lower())
        if tag == "font" and "color" in attributes:
            declared.setdefault("color", attributes["color"].lower())
        if ("hidden" in attributes and "display" not in declared) or tag == "template":
            declared["display"] = "none"
        self._nodes.append(node)
        self._looks.append(look(self._looks[-1], declared))
        if tag in ("ul", "ol"):
            self._listed.append(1 if tag == "ol" else 0)

    def _separate(self, tag: str) -> None:
        if self._verbatim:
            self._parts.append("\n" if tag in _BLOCKS else "")
        elif tag == "li":
            number = self._listed[-1] if self._listed else 0
            if number:
                self._listed[-1] += 1
            self._parts.append(f"\n{number}. " if number else "\n• ")
        elif tag in ("td", "th"):
            self._parts.append("   ")
        elif tag in _BLOCKS:
            self._parts.append("\n\n" if tag in _SPACED else "\n")

    def _end_open(self, tag: str) -> None:
        """The elements that an opening tag ends though nobody wrote so."""
        ends, within = _ENDS.get(tag, (frozenset(), frozenset()))
        if not ends and tag in _BLOCKS and tag != "br":
            ends, within = frozenset({"p"}), _BOXES
        for at in range(len(self._nodes) - 1, -1, -1):
            if self._nodes[at].tag in ends:
                self._close_to(at)
                return
            if self._nodes[at].tag in within:
                return

    def _close_to(self, at: int) -> None:
        for node in self._nodes[at:]:
            if node.tag in _SILENT:
                self._silent = max(self._silent - 1, 0)
            if node.tag in ("ul", "ol") and self._listed:
                self._listed.pop()
        del self._nodes[at:], self._looks[at + 1 :]

    def handle_endtag(self, tag: str) -> None:
        at = next((n for n in range(len(self._nodes) - 1, -1, -1) if self._nodes[n].tag == tag), None)
        shown = not self._looks[-1].reason
        if at is not None:
            self._close_to(at)
        elif tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        if tag in _BLOCKS and tag not in _SILENT and shown and not self._verbatim:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        text = " ".join(data.split()).join((_edge(data[:1]), _edge(data[-1:])))
        if reason := self._looks[-1].reason:
            self.unseen.add(reason, text + " ")
        elif self._verbatim or any(node.tag == "pre" for node in self._nodes):
            self._parts.append(data)
        else:
            self._parts.append(text)

    def handle_comment(self, data: str) -> None:
        words = _TAG.sub(" ", data)
        if not data.lstrip().startswith("[if") and count(words) >= _COMMENT and "{" not in words:
            self.comments.add("comment", words + " ")


def _edge(character: str) -> str:
    return " " if character.isspace() else ""


def read(content: bytes, _: Limits) -> Extract:
    page = Page(decode_html(content))
    return Extract(page.text, (*page.unseen.flags(), *page.comments.flags()))


_MARKUP = re.compile(r"<(?:!--|/?[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)
# `[//]: # (words)` defines a link that nobody can follow: a comment by another name.
_DEFINITION = re.compile(r"^[ ]{0,3}\[([^\]\n]+)\]:[ \t]*(\S+)[ \t]*([\"'(].*)?$", re.MULTILINE)


def without_markup(text: str) -> Extract:
    """A text with pieces of HTML in it as it shows: in Markdown, and in the fields of JSON."""
    if not _MARKUP.search(text):
        return Extract(text)
    page = Page(text, verbatim=True)
    return Extract(page.text, (*page.unseen.flags(), *page.comments.flags()))


def read_markdown(content: bytes, _: Limits) -> Extract:
    shown = without_markup(decode(content))
    defined = Unseen()
    for match in _DEFINITION.finditer(shown.text):
        defined.add("comment", f"{match[3] or ''} ")
    text = plain_markdown(_DEFINITION.sub("", shown.text))
    return Extract(text, (*shown.flags, *defined.flags()))
