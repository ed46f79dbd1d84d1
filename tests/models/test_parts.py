"""Which part of a CV a line belongs to, by its heading, in whatever words, and by what it says itself."""

from __future__ import annotations

import pytest

from models.parsing.lines import lines_of
from models.parsing.sections import Part
from models.parsing.unheaded import parts_of

TOP = "Grace Testcase\nSomewhere\n\n"
WORK = "Work\nEngineer, Quillpay Ltd   01/2016 – 02/2019\n\n"


def part_with(text: str, words: str) -> Part:
    return next(part.part for part in parts_of(lines_of(text)) for line in part.lines if words in line.text)


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("Where I have worked", Part.EXPERIENCE),
        ("Wo ich gearbeitet habe", Part.EXPERIENCE),
        ("What I studied and where", Part.EDUCATION),
        ("Was ich gelernt habe", Part.EDUCATION),
        ("What I bring", Part.SKILLS),
        ("Lo que sé hacer", Part.SKILLS),
        ("Civilian employment", Part.EXPERIENCE),
        ("Mein Werdegang", Part.EXPERIENCE),
        ("Arbeit / Work", Part.EXPERIENCE),
        ("Courses & tickets", Part.CREDENTIALS),
        ("Tools & craft", Part.SKILLS),
        ("Tongues", Part.LANGUAGES),
        ("CHARACTER REFERENCES", Part.REFERENCES),
        ("Loopbaan", Part.EXPERIENCE),
        ("EDUKACJA", Part.EDUCATION),
        ("papeles", Part.CREDENTIALS),
        ("Boîte à outils", Part.SKILLS),
        ("Projekthistorie", Part.PROJECTS),
        ("Helping out", Part.VOLUNTEERING),
        ("PO GODZINACH", Part.INTERESTS),
        ("Languages known", Part.LANGUAGES),
        ("FRENCH", Part.LANGUAGES),
    ],
)
def test_headings_may_be_in_ones_own_words(heading: str, part: Part) -> None:
    assert part_with(f"{TOP}{heading}\nThis and that\n", "This and that") is part


def test_a_title_with_a_word_of_a_heading_is_none() -> None:
    assert part_with(f"{TOP}{WORK}Education Officer\nHarbour Trust   2010 – 2012\n", "Harbour") is Part.EXPERIENCE


@pytest.mark.parametrize(
    ("line", "under", "part"),
    [
        ("French fluent, Italian intermediate", "Education", Part.LANGUAGES),
        ("German, conversational, from six years in Bremen.", "Courses", Part.LANGUAGES),
        ("Full UK driving licence", "Skills", Part.CREDENTIALS),
        ("Permis B", "Formation", Part.CREDENTIALS),
        ("Level 5 Diploma in Management, Northmoor College, 2024", "Certificates", Part.EDUCATION),
        ("Lingua madre   italiano", "Competenze personali", Part.LANGUAGES),
        ("Happy to start in March, anywhere with a harbour.", "Languages\nEnglish, native\n", Part.OTHER),
        ("References are available on request; please ask first.", "Certificates\nCSCS card", Part.REFERENCES),
        ("Referenzen gerne auf Anfrage.", "Skills\nWelding", Part.REFERENCES),
        ("References to case law in each brief", "Skills\nWelding", Part.SKILLS),
    ],
)
def test_a_line_goes_where_its_words_belong(line: str, under: str, part: Part) -> None:
    assert part_with(f"{TOP}{WORK}{under}\n{line}\n", line) is part


def test_sentences_at_the_top_are_a_summary() -> None:
    told = "Ten years on one ward, from newly qualified to managing it."

    parts = [section.part for section in parts_of(lines_of(f"{TOP}{told}\n\n{WORK}"))]

    assert parts == [Part.HEADER, Part.SUMMARY, Part.EXPERIENCE]
