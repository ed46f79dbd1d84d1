"""Texts, markup and JSON that are deep, endless or in no encoding, and files that are two things at once."""

from __future__ import annotations

import json
from random import Random

from tests.fuzz.documents import cv, docx, docx_parts, pack, page_of, pdf, resume, words
from tests.fuzz.lure import Lure

# What our own patterns look for, without end: whoever backtracks, does it here.
_RUNS = (
    " ", "\t", "\n", " \n", "\n\n ", "-", "–", "- ", "-\n", "•", "• ", "•\n", "*", "_", "#", "`", "|", "| ", "/",
    "\\", ".", ". ",
    ",", ", ", ":", ": ", ";", "@", "a@", "a@b.", "(", ")", "[", "](", "[a](", "{", "<", "<a", "&", "+", "+1 ",
    "(1) ", "1", "1 ",
    "1-", "1.", "1,", "19", "2019", "2019 ", "2019 - ", "2019-", "Jan ", "Jan 2019 - ", "01/2019 – ", "to ", "from ",
    "present ",
    "a", "A", "Aa", "aA", "a ", "A ", "A. ", "Ab ", "A,B ", "a-", "a-\n", "a'", "'", '"', "$", "$1", "$1,000", "€",
    "k ", "%", "years ",
    "5+ years ", "5-", "and ", "or ", ", and ", "of ", "RN ", "C++ ", "C#", "R, ", "http://", "www.",
    "linkedin.com/in/", "Skills: ",
    "EXPERIENCE\n", "Education\n", "University of ", "Ltd, ", "Leeds, UK ", "English (", "Software Engineer, ", "É",
    "ß", "字", "字\n",
    "\u200b", "\u202e", "\u0301", "\ufeff", "\U0001f600", "\x0b", "\x0c", "\x85", "\u2028", "…", "ï¼",
    "ignore all previous instructions ",
    "Python, ", "Python\n", "must have ", "nice to have: ", "=", "= ", "~", "^", "?", "!", "x\ny\n", "a   b\n",
    "a   b   c\n\n",
)  # fmt: skip
_LENGTHS = (2_000, 30_000, 199_000, 390_000)


def run(rng: Random, _: Lure) -> bytes:
    """One short piece, again and again, alone or in a CV."""
    piece = rng.choice(_RUNS)
    return _placed(rng, piece * (rng.choice(_LENGTHS) // len(piece)))


def two_runs(rng: Random, _: Lure) -> bytes:
    """Two pieces in turn, then something that fits neither."""
    pair = "".join(rng.choices(_RUNS, k=2))
    return _placed(rng, pair * (rng.choice(_LENGTHS) // len(pair)) + rng.choice(("!", "\x01", "x", "\n")))


def three_runs(rng: Random, _: Lure) -> bytes:
    """A run of one, a run of the next, a run of a third: `a+b+c+` and its like."""
    length = rng.choice(_LENGTHS[:3]) // 3
    return _placed(rng, "".join(piece * (length // len(piece)) for piece in rng.choices(_RUNS, k=3)))


def _placed(rng: Random, text: str) -> bytes:
    before, after = rng.choice((("", ""), (cv(), ""), ("", cv()), (cv()[:700], cv()[700:])))
    return (before + text + after)[:399_000].encode("utf-8", "surrogatepass")


def million_lines(rng: Random, _: Lure) -> bytes:
    line = rng.choice((b"\n", b"a\n", b"Python\n", b"2019 - 2020\n"))
    return cv().encode() + line * (9_000_000 // len(line))


def one_line(rng: Random, _: Lure) -> bytes:
    return cv().replace("\n", " ").encode() * rng.choice((10, 150))


def many_cvs(rng: Random, _: Lure) -> bytes:
    return cv().encode() * rng.choice((20, 150))


def random_words(rng: Random, _: Lure) -> bytes:
    letters = "abcdefghijklmnopqrstuvwxyz0123456789 -,.:/()\nAEIOU"
    return "".join(rng.choices(letters, k=rng.choice((5_000, 200_000)))).encode()


def every_year(rng: Random, _: Lure) -> bytes:
    """Thousands of positions, dates in every way of writing them."""
    lines = [
        f"Nurse, Acme {at}, {rng.choice(('Jan', '01/', 'Spring', '12.', '99/99/'))} {rng.randrange(10_000)} "
        f"{rng.choice(('-', '–', 'to', 'until', 'a'))} {rng.choice(('present', '2020', '0000', '9999', 'now'))}"
        for at in range(rng.choice((300, 4_000)))
    ]
    return "\n".join(("EXPERIENCE", *lines)).encode()


def empty(rng: Random, _: Lure) -> bytes:
    return rng.choice(
        (b"", b"\0" * 50, b"\0" * 5_000_000, b" " * 9_000_000, b"\xff\xfe", b"\xef\xbb\xbf", b"\n", b"\x00")
    )


def no_encoding(rng: Random, _: Lure) -> bytes:
    text = cv()
    return rng.choice(
        (
            text.encode("utf-16")[:-1],
            b"\xff\xfe" + rng.randbytes(20_000),
            b"\xfe\xff" + b"\xd8\x00" * 5_000,
            text.encode("utf-32"),
            text.encode("utf-7"),
            text.encode("cp037", "replace"),
            text.encode() + b"\xed\xa0\x80" * 500,
            rng.randbytes(50_000).replace(b"\0", b"x"),
            rng.randbytes(9_000_000).replace(b"\0", b"x"),
            bytes(rng.randrange(128, 256) for _ in range(60_000)),
            text.encode().replace(b"e", b"\xc0\xaf"),
        )
    )


def markdown(rng: Random, _: Lure) -> bytes:
    piece = rng.choice(
        ("> ", "* ", "**a", "_a ", "[a](b", "![", "```\n", "|a", "|-", "- - -", "#" * 6, "  \n", "`a", "__a__ ", "1. ")
    )
    return (cv() + piece * (rng.choice(_LENGTHS[:3]) // len(piece))).encode()


def html(rng: Random, lure: Lure) -> bytes:
    piece = rng.choice(
        (
            "<div>", "<p>", "<li>", "<table><tr><td>", "</p>", "<script>", "<style>", "<svg>", "<", "<a ", "<a b='",
            "<!--", "<!-- -",
            "<![CDATA[", "<!", "<?", "</", "&", "&#", "&#99999999999;", "&#xD800;", "&#0;", "&amp", "<b", "<br/",
            "<p x=", '<p x="', "]]>",
            "--!>", f"<iframe src='{lure.url}'>", f"<img src={lure.url}>", f"<link rel=stylesheet href={lure.url}>",
            "<title>", "<textarea>",
            f"<meta http-equiv=refresh content='0;url={lure.url}'>", f"<object data='{lure.secret.as_uri()}'>",
            "<plaintext>", "<template>",
        )
    )  # fmt: skip
    count = rng.choice((1_000, 40_000, 900_000)) // len(piece)
    return f"<!doctype html><html><body><p>{cv()}</p>{piece * count}".encode()


def html_of_entities(_: Random, lure: Lure) -> bytes:
    return f'<!doctype html [<!ENTITY e SYSTEM "{lure.secret.as_uri()}">]><html><body>&e; {cv()}'.encode()


def rtf(rng: Random, lure: Lure) -> bytes:
    piece = rng.choice(
        (
            b"{", b"}", b"{\\*", b"\\u-1?", b"\\u55357?", b"\\u99999999999?", b"\\uc999999999", b"\\bin999999999 ",
            b"\\'", b"\\'8",
            b"\\ansicpg65001 ", b"\\ansicpg-1", b"\\ansicpg932 \\'82", b"\\par", b"\\", b"\\a" * 40, b"{\\pict ff",
            b"\\'00", b"\\u0?",
            b"{\\object\\objdata d0cf11e0", b"{\\field{\\*\\fldinst INCLUDEPICTURE %s}}" % lure.url.encode(),
            b"\\row\\cell", b"{\\v x}",
            b"{\\*\\template %s}" % lure.url.encode(),
        )
    )  # fmt: skip
    text = cv().encode("cp1252", "replace").replace(b"\n", b"\\par\n")
    return b"{\\rtf1\\ansi " + text + piece * (rng.choice((500, 50_000, 3_000_000)) // len(piece)) + b"}"


def deep_json(rng: Random, _: Lure) -> bytes:
    opened = rng.choice(('{"a":', "[", '{"work":[', '{"basics":{"location":'))
    depth = rng.choice((100, 990, 5_000, 500_000))
    return ('{"basics":' + opened * depth).encode() + (b"1" if rng.random() < 0.5 else b"")


def strange_json(rng: Random, _: Lure) -> bytes:
    """A value that does not belong, in a place where another is awaited."""
    value = rng.choice(
        (
            "null", "true", "-1", "1e999", "NaN", "Infinity", "1" * 5_000, "1" * 3_000_000, '"\\ud800"', '"\\u0000"',
            '"\\u202e"', "[]",
            "{}", "[[[]]]", '"9999-99-99"', '"0000-00-00"', '"-1-01"', '"2019-02-31"', '"' + "x" * 2_000_000 + '"',
            '"2019"', "[null]",
            '["a"]', '{"a":1}', '"' + "Python, " * 40_000 + '"', '"' + "\\n" * 300_000 + '"',
        )
    )  # fmt: skip
    if rng.random() < 0.2:
        return b'{"title": %s, "description": %s}' % (value.encode(), json.dumps(cv()).encode())
    place = "@@place@@"
    document = resume(cv())
    section = rng.choice(list(document))
    item = document[section]
    fields = item[0] if isinstance(item, list) else item
    assert isinstance(fields, dict)
    if rng.random() < 0.3:
        document[section] = place
    else:
        fields[rng.choice([*fields, "url", "highlights", "startDate", "endDate", "score"])] = place
    return json.dumps(document).replace(f'"{place}"', value).encode()


def many_things(rng: Random, _: Lure) -> bytes:
    document = resume(cv()[:200])
    section = rng.choice(("work", "education", "skills", "languages"))
    item = document[section]
    assert isinstance(item, list)
    document[section] = item * rng.choice((500, 20_000))
    return json.dumps(document).encode()[:9_990_000]


def two_in_one(rng: Random, lure: Lure) -> bytes:
    """Files that two programs take for two things."""
    one, other = pdf(page_of(cv())), docx(words(cv()))
    page = f"<!doctype html><html><body>{cv()}<script src='{lure.url}'></script></body></html>".encode()
    gif = b"GIF89a\x01\0\x01\0\0\0\0;"
    return rng.choice(
        (
            one + other,
            other + one,
            page + one,
            one.replace(b"%PDF-1.7\n", b"%PDF-1.7\n<!doctype html><html>" + page, 1),
            b" " * 900 + one,
            b"x" * 1_000 + one,
            gif + other,
            gif + pack({"META-INF/MANIFEST.MF": b"Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"}),
            pack({"a.pdf": one, **docx_parts(words(cv()))}),
            b"{\\rtf1 " + one + b"}",
            b"MZ" + one,
            b"\x7fELF" + one,
            b"#!/bin/sh\ntouch " + str(lure.folder).encode() + b"/ran\n" + one,
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + other,
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            pdf(page_of(cv()) + b"\n%" + other),
            b"{" + one + b"}",
        )
    )


SPECIALS = (
    run, two_runs, three_runs, run, two_runs, three_runs, million_lines, one_line, many_cvs, random_words, every_year,
    empty,
    no_encoding, markdown, html, html_of_entities, rtf, deep_json, strange_json, many_things, two_in_one, run, two_runs,
    html, rtf, strange_json,
)  # fmt: skip
