"""The laws of words that are a skill only where they are meant: the same word, meant and not."""

from __future__ import annotations

import pytest

from models.skills import SkillMatcher
from models.taxonomy import Taxonomy

MEANT = [
    ("Languages: Python, Go, R", "go"),
    ("Languages: Python, Go, R", "r-lang"),
    ("python, go, rust, java", "go"),
    ("python, go, rust, java", "rust"),
    ("Backend services in Go and gRPC on Kubernetes", "go"),
    ("Go developer, five years of microservices", "go"),
    ("Wrote Go services behind a REST API with Docker", "go"),
    ("C, C++ and assembly for microcontrollers", "c-lang"),
    ("Firmware written in C for embedded Linux", "c-lang"),
    ("C/C++ on embedded targets", "c-lang"),
    ("Programming: C | C++ | Python", "c-lang"),
    ("experience with C programming is required", "c-lang"),
    ("Statistics with R and SAS", "r-lang"),
    ("R, Stata and SPSS", "r-lang"),
    ("R programming for clinical trials", "r-lang"),
    ("data analysis (R, Python, SQL)", "r-lang"),
    ("Built dashboards in R/Shiny and Tableau", "r-lang"),
    ("Used Excel to track inventory in the Microsoft Office suite", "microsoft-excel"),
    ("Word, Excel, PowerPoint, Outlook", "microsoft-word"),
    ("proficient in word, excel and powerpoint", "microsoft-excel"),
    ("MS Office: Excel, Access", "microsoft-access"),
    ("Tracked stock levels in Excel spreadsheets", "microsoft-excel"),
    ("Spark and Hadoop on a cluster", "apache-spark"),
    ("ETL in Spark with Scala", "apache-spark"),
    ("React and TypeScript front ends", "react"),
    ("react, redux, typescript", "react"),
    ("Swift and Xcode for iOS", "swift"),
    ("Ruby on Rails and Ruby gems", "ruby"),
    ("Ansible, Puppet, Chef", "chef-tool"),
    ("Ansible, Puppet, Chef", "puppet"),
    ("Node, Express and MongoDB", "node-js"),
    ("built with REST and JSON", "rest-api"),
    ("Snowflake warehouse with dbt models", "snowflake"),
    ("Lean and Six Sigma projects", "lean-management"),
    ("Unity game engine with C#", "unity"),
    ("Epic charting for inpatient nurses", "epic"),
    ("Sage payroll and QuickBooks", "sage-accounting"),
    ("Canvas and Blackboard for online courses", "canvas-lms"),
    ("Figma, Sketch, InVision", "sketch-tool"),
    ("Slack, Trello, Asana", "slack"),
]
NOT_MEANT = [
    ("C-level executives and Java teams", "c-lang"),
    ("Reports to the C-suite on programming languages", "c-lang"),
    ("Go to market strategy for a Python product", "go"),
    ("Go-to-market lead, Docker and Kubernetes accounts", "go"),
    ("go-live of the Python backend", "go"),
    ("R&D programming budget", "r-lang"),
    ("R & D lead for statistical software", "r-lang"),
    ("vitamin C and other languages of nutrition", "c-lang"),
    ("Plan C was written in Java", "c-lang"),
    ("hepatitis C screening, Python scripts", "c-lang"),
    ("Series C start-up that builds embedded Linux devices", "c-lang"),
    ("Class C licence, Linux hobbyist", "c-lang"),
    ("Grade C in computer programming", "c-lang"),
    ("J. R. Miller taught statistics with SAS", "r-lang"),
    ("R. Miller taught statistics with SAS", "r-lang"),
    ("Professor C. Smith, kernel and Linux research", "c-lang"),
    ("Schedule C returns and Python scripts", "c-lang"),
    ("USB C chargers and embedded boards", "c-lang"),
    ("Appendix R lists statistical languages", "r-lang"),
    ("Go above and beyond for Docker users", "go"),
    ("Go the extra mile in every Python sprint", "go"),
    ("We go from Python to Java", "go"),
    ("Go ahead and ask about our backend languages", "go"),
    ("Excel at customer service in an office of ten", "microsoft-excel"),
    ("you excel in a Microsoft environment", "microsoft-excel"),
    ("Word of mouth and an office in Leeds", "microsoft-word"),
    ("Access to Microsoft systems is granted", "microsoft-access"),
    ("access control with Microsoft products", "microsoft-access"),
    ("Teams of ten people on Zoom", "microsoft-teams"),
    ("react to customers who use the web", "react"),
    ("a swift answer for mobile customers", "swift"),
    ("rust protection of steel systems", "rust"),
    ("Head Chef, automation of the kitchen", "chef-tool"),
    ("the rest of the api team", "rest-api"),
    ("spark interest in data among pupils", "apache-spark"),
    ("unity among the teams of a game club", "unity"),
    ("an epic effort for the hospital", "epic"),
    ("sage advice on accounting", "sage-accounting"),
    ("a canvas tent for students", "canvas-lms"),
    ("sketch of the new design", "sketch-tool"),
    ("lean on colleagues, reduce waste", "lean-management"),
    ("node of the network, react quickly", "node-js"),
]


@pytest.fixture(scope="module")
def matcher(taxonomy: Taxonomy) -> SkillMatcher:
    return SkillMatcher(taxonomy)


def ids(matcher: SkillMatcher, text: str) -> set[str]:
    return {found.skill.id for found in matcher.find(text)}


@pytest.mark.parametrize(("text", "skill"), MEANT)
def test_a_word_that_is_meant_as_a_skill_is_one(matcher: SkillMatcher, text: str, skill: str) -> None:
    assert skill in ids(matcher, text)


@pytest.mark.parametrize(("text", "skill"), NOT_MEANT)
def test_the_same_word_with_another_meaning_is_none(matcher: SkillMatcher, text: str, skill: str) -> None:
    assert skill not in ids(matcher, text)


@pytest.mark.parametrize(("text", "skill"), MEANT)
def test_what_is_meant_does_not_hang_on_the_lines_around_it(matcher: SkillMatcher, text: str, skill: str) -> None:
    around = f"Worked with people in an old town.\n• {text}\nLiked it there and stayed."

    assert skill in ids(matcher, around)


@pytest.mark.parametrize(("text", "skill"), NOT_MEANT)
def test_what_is_not_meant_is_not_in_the_middle_of_a_text_either(matcher: SkillMatcher, text: str, skill: str) -> None:
    around = f"Worked with people in an old town.\n• {text}\nLiked it there and stayed."

    assert skill not in ids(matcher, around)
