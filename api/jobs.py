"""`/v1/jobs`: jobs, by their ads."""

from __future__ import annotations

from api.owners import Noun, router_of
from api.schemas import JobOut, JobPageOut
from core.domain import Kind

EXAMPLE = {
    "title": "Backend engineer",
    "company": "Fernhill Payments",
    "location": {"city": "Leeds", "region": "England", "countryCode": "GB"},
    "remote": "hybrid",
    "employmentType": "full-time",
    "salary": "£60,000 - £70,000 per year",
    "description": "We move money for small shops.",
    "responsibilities": ["Build and run payment services"],
    "requirements": ["3+ years of Python", "PostgreSQL"],
    "preferred": ["Docker"],
    "boilerplate": ["Fernhill Payments is an equal opportunity employer."],
}

router = router_of(
    Noun(
        kind=Kind.JOB,
        out=JobOut,
        page=JobPageOut,
        form="A job ad, with the fields of the example; `title` is required, other fields are ignored. `requirements` "
        "must be met, `preferred` is nice to have, `boilerplate` is not matched. `remote` is onsite, hybrid or remote, "
        "or true or false.",
        required="title",
        example=EXAMPLE,
    )
)
