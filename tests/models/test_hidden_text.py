"""The laws of what nobody sees: it is not in the text, it is flagged, and what is seen stays as it was."""

from __future__ import annotations

import pytest

from core.domain import FlagKind
from models.formats import Limits, read
from pipelines.attacks import honest, opendocument, rich, web, word
from pipelines.attacks.aim import Aim, Kind
from pipelines.attacks.corpus import aims
from pipelines.attacks.honest import Honest

OFFICE = (*word.KINDS, *opendocument.KINDS, *rich.KINDS, *web.KINDS)
HONEST = [kind for kind in honest.KINDS if kind.ending != ".pdf"]


@pytest.fixture(scope="module")
def aim() -> Aim:
    return next(aims(seed=5))


@pytest.mark.parametrize("kind", OFFICE, ids=lambda kind: kind.name)
def test_what_nobody_sees_is_flagged_and_what_is_seen_stays(kind: Kind, aim: Aim) -> None:
    clean, attacked = (read(draw(aim), f"a{kind.ending}", Limits()) for draw in (kind.clean, kind.attacked))

    assert clean.flags == ()
    assert [flag.kind for flag in attacked.flags] == [FlagKind.HIDDEN]
    assert attacked.text.removesuffix("\nThank you.") == clean.text
    assert aim.title[:20] in attacked.flags[0].text


@pytest.mark.parametrize("kind", HONEST, ids=lambda kind: kind.name)
def test_honest_looks_are_not_flagged(kind: Honest, aim: Aim) -> None:
    assert read(kind.draw(aim), f"a{kind.ending}", Limits()).flags == ()


@pytest.mark.parametrize(
    "look",
    [
        '<div style="background:#123"><p style="color:white">Nurse in the night shift</p></div>',
        '<p aria-hidden="true">Nurse in the night shift</p>',
        '<div style="visibility:hidden"><p style="visibility:visible">Nurse in the night shift</p></div>',
        "<style>@media print { p { display: none } }</style><p>Nurse in the night shift</p>",
        "<style>.off p { display: none }</style><p>Nurse in the night shift</p>",
        '<p style="display:none">Some other words of hers<p>Nurse in the night shift',
        "<!--[if mso]><p>seven words for an old mail program here now</p><![endif]--><p>Nurse in the night shift</p>",
    ],
)
def test_what_a_browser_shows_is_read(look: str) -> None:
    assert read(f"<html><body>{look}".encode(), "a.html", Limits()).text == "Nurse in the night shift"


def test_letters_between_which_there_is_nothing_are_set_aside_and_soft_hyphens_are_not() -> None:
    split = read("A nurse on call. P\u200by\u200bt\u200bh\u200bo\u200bn S\u200bQ\u200bL".encode(), "a.txt", Limits())
    hyphened = read("A nurse at the Donau\u00addampf\u00adschiff".encode(), "a.txt", Limits())

    assert (split.text, [flag.kind for flag in split.flags]) == ("A nurse on call.", [FlagKind.DISGUISED])
    assert (hyphened.text, hyphened.flags) == ("A nurse at the Donaudampfschiff", ())


def test_a_flag_of_wales_is_no_hidden_text() -> None:
    wales = "Cymru \U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"

    assert read(wales.encode(), "a.txt", Limits()).flags == ()
