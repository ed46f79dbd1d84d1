"""The level of a job by its ad: what the title says, else what the experience suggests."""

from __future__ import annotations

import re

from core.domain import Seniority
from models.parsing.occupations import seniority_by_months, seniority_of
from models.tokens import tokens, word_set

_BEGINNER = re.compile(
    r"\bentry[- ]level\b|\btrainee\b|\bno (?:prior |previous |\w+ )?experience (?:is )?(?:needed|necessary|required)"
    r"|\bno experience\b",
    re.IGNORECASE,
)
_SECOND = re.compile(r"\bII\b")
_SENIOR = 96  # months: from here on `II` is no limit
# Trades that most people enter without having learned them.
_STARTING = word_set(
    "aide attendant bagger barista busser caregiver carer cashier cleaner clerk crew custodian dishwasher greeter"
    " handler helper host hostess housekeeper janitor laborer labourer loader maid operative packer picker porter"
    " receptionist runner server stocker usher warehouse"
)


def level_asked(stated: str, title: str, months: int | None, asked: str) -> Seniority | None:
    """`stated` is the title as the ad has it, `title` without noise; `asked` the text of what is asked."""
    told = (seniority_of(name) for name in (title, stated))
    if (level := next((one for one in told if one is not None), None)) is not None:
        return level
    if _BEGINNER.search(stated):
        return Seniority.ENTRY
    if months is not None:
        return Seniority.MID if _SECOND.search(stated) and months < _SENIOR else seniority_by_months(months)
    if _BEGINNER.search(asked):
        return Seniority.ENTRY
    if _SECOND.search(stated):
        return Seniority.MID
    return Seniority.ENTRY if any(token.word in _STARTING for token in tokens(title)) else None
