"""The first 500 of the fuzzing files, and that the trial sees what it looks for."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain import Flag, FlagKind, Identity, ModelVersion, Passages, Span, Sparse
from core.parts import Reading
from core.settings import Settings
from pipelines.build_parser import ROOT, build_parser
from serve.sandbox import Sandbox
from tests import make
from tests.fuzz.cases import SPECIALS, case, special_of
from tests.fuzz.lure import Lure, laid_out
from tests.fuzz.trial import Trial, trial

SLICE = 500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("parser")
    build_parser(ROOT / "taxonomy", ["one text", "another text"], made)
    return made


@pytest.mark.filterwarnings("ignore:Duplicate name")
async def test_five_hundred_hostile_files_end_as_a_sound_reading_or_a_refusal(folder: Path) -> None:
    async with trial(folder) as tried:
        outcomes = [outcome async for outcome in tried.outcomes(range(SLICE))]

    assert [(one.case.number, one.case.made, one.wrong) for one in outcomes if one.wrong] == []
    assert len(outcomes) == SLICE
    assert len({one.end for one in outcomes}) > 3


def test_the_slice_holds_every_special() -> None:
    assert set(SPECIALS) <= {special_of(number) for number in range(SLICE)}


def test_the_same_number_is_the_same_file() -> None:
    with laid_out() as lure:
        once, again = ([case(number, lure) for number in range(20, 60)] for _ in range(2))

    assert once == again


def sound() -> Reading:
    return Reading(
        text="words",
        media_type="text/plain",
        facts=make.profile(),
        identity=Identity(),
        passages=Passages("title", (), ()),
        words=Sparse(),
        skills=Sparse(),
        version=ModelVersion("parser", 1),
    )


def unsound(lure: Lure) -> dict[str, Reading]:
    far = Flag(FlagKind.HIDDEN, "far", "x", Span(0, 6))
    return {
        "a span outside": replace(sound(), flags=(far,)),
        "a zero byte": replace(sound(), text="a\0b"),
        "half a pair": replace(sound(), text="\ud800"),
        "a secret": replace(sound(), text=lure.secret.read_text()),
        "no number": replace(sound(), facts=make.profile(confidence=float("nan"))),
    }


@pytest.mark.parametrize("what", ["a span outside", "a zero byte", "half a pair", "a secret", "no number"])
def test_a_trial_sees_an_unsound_reading(what: str, tmp_path: Path) -> None:
    with laid_out() as lure:
        tried = Trial(Sandbox(tmp_path, Settings()), lure)

        assert list(tried._unsound(unsound(lure)[what]))
        assert not list(tried._unsound(sound()))


def test_a_trial_sees_who_gets_out(tmp_path: Path) -> None:
    with laid_out() as lure:
        tried = Trial(Sandbox(tmp_path, Settings()), lure)
        before = list(tried._got_out())
        with socket.create_connection(lure.tcp.getsockname()), socket.socket(type=socket.SOCK_DGRAM) as udp:
            udp.sendto(b"x", lure.udp.getsockname())
        (lure.folder / "new").write_text("x")

        assert before == []
        assert len(list(tried._got_out())) == 2
