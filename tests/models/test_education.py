"""What schools and degrees are read as, by the habits of several countries."""

from __future__ import annotations

import pytest

from core.domain import EducationLevel
from models.parsing.education import read_education
from models.parsing.lines import lines_of

_L = EducationLevel


def first(text: str) -> tuple[EducationLevel, str, str]:
    one = read_education(lines_of(text))[0]
    return one.level, one.field, one.institution


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Diploma, Fernhill High School, 2012", _L.SECONDARY),
        ("Diploma, Fernhill Technical College, 2012", _L.VOCATIONAL),
        ("MA (Hons), Celtic Studies, University of Carrick, 2011", _L.BACHELOR),
        ("MA, Celtic Studies, University of Carrick, 2011", _L.MASTER),
        ("National Diploma: Electrical Engineering, Zonderwater University of Technology, 2013", _L.ASSOCIATE),
        ("Industriemeister Elektrotechnik, IHK-Bildungszentrum Moorland, 2018", _L.VOCATIONAL),
        ("BP Boulangerie, Lycée professionnel du Marais, 2016", _L.VOCATIONAL),
        ("Matric, Umkomazi Secondary School, 2009", _L.SECONDARY),
        ("MLaw, Recht, Universität Moorland, 2009", _L.MASTER),
        ("inż. Informatyka, Politechnika Nadrzeczna, 2018", _L.BACHELOR),
        ("Titre professionnel Maçon (niveau 6), École du Marais, 2022", _L.BACHELOR),
        ("L2 Hair Professional, Fernhill College, 2020", _L.VOCATIONAL),
        ("HS diploma, 2002", _L.SECONDARY),
        ("Plus Two, Nandi HSS, 2004", _L.SECONDARY),
        ("Diploma, Istituto Tecnico Fittizio, 2009", _L.SECONDARY),
        ("Literacy MEd, University of Carrick (12 of 36 credits, stopped 2014)", _L.NONE),
        ("XII (State Board), Nandi Vidyalaya, 2008", _L.SECONDARY),
    ],
)
def test_a_level_is_that_of_its_country(text: str, level: EducationLevel) -> None:
    assert first(text)[0] is level


@pytest.mark.parametrize(
    ("text", "field", "school"),
    [
        ("Philosophy, University of Carrick, 2007 – 2009", "Philosophy", "University of Carrick"),
        ("Hotel and Food Programme, Norra Gymnasiet, 2011", "Hotel and Food", "Norra Gymnasiet"),
        (
            "Mechatroniker, Berufliches Schulzentrum Moorland, 2011",
            "Mechatroniker",
            "Berufliches Schulzentrum Moorland",
        ),
        ("Ausbildung zur Industriekauffrau, Berufskolleg Ost, 2012", "Industriekauffrau", "Berufskolleg Ost"),
        ("AAS Culinary Arts, Lakes Community College, 2013", "Culinary Arts", "Lakes Community College"),
        ("BEng (Hons) Robotics (part-time), University of Carrick, 2020", "Robotics", "University of Carrick"),
        ("CAP Coiffure, maquillage, CFA du Marais, 2014", "Coiffure, maquillage", "CFA du Marais"),
        ("Abitur, Allgemein, Gymnasium Moorland, 2007", "Allgemein", "Gymnasium Moorland"),
        ("PhD in Physics, University of Carrick (2011-2015)", "Physics", "University of Carrick"),
        ("MBA (Executive), Finance, Fjordside Business School, 2016", "Finance", "Fjordside Business School"),
        ("Informatyka (mgr, przerwane), Politechnika Nadrzeczna, 2019", "Informatyka", "Politechnika Nadrzeczna"),
        ("BSc Midwifery, Carrick University (2:1)", "Midwifery", "Carrick University"),
        ("Gymnasium, Stedelijk Lyceum De Boog, 2006", "", "Stedelijk Lyceum De Boog"),
        (
            "Psychologie, B.Sc.   3 Jahre, Apr. 2006 –\nMärz 2009\nUniversität Moorland",
            "Psychologie",
            "Universität Moorland",
        ),
        ("Diploma in Nursing, Fulton Technical College-Lithonia, GA", "Nursing", "Fulton Technical College"),
    ],
)
def test_what_was_studied_stands_beside_where(text: str, field: str, school: str) -> None:
    assert first(text)[1:] == (field, school)


def test_one_sentence_may_hold_several_studies() -> None:
    told = "PhD (Soil Science), Carrick University, 1990. BSc, Agricultural Science, University "
    told += "of the Western\nSlopes, 1985."

    entries = [(one.level, one.field, one.institution) for one in read_education(lines_of(told))]

    assert entries == [
        (_L.DOCTORATE, "Soil Science", "Carrick University"),
        (_L.BACHELOR, "Agricultural Science", "University of the Western Slopes"),
    ]


def test_a_table_of_studies_names_its_columns() -> None:
    table = "Course   Institute   Board   Year / %\n"
    table += "B.Tech (Mechanical)   Nandi Engineering College   Univ. of North   2008 / 71.2"

    (study,) = read_education(lines_of(table))

    assert (study.level, study.field, study.institution) == (_L.BACHELOR, "Mechanical", "Nandi Engineering College")


def test_what_was_broken_off_ends_an_entry() -> None:
    told = "Bookkeeping at Fernhill Community College, no degree\nHigh school diploma"

    assert [one.level for one in read_education(lines_of(told))] == [_L.NONE, _L.SECONDARY]
