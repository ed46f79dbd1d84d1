"""`/v1/candidates`: people, by their CVs."""

from __future__ import annotations

from api.owners import Noun, router_of
from api.schemas import CandidateOut, CandidatePageOut
from core.domain import Kind

EXAMPLE = {
    "basics": {
        "name": "Ada Example",
        "label": "Backend engineer",
        "email": "ada@example.org",
        "location": {"city": "Leeds", "countryCode": "GB"},
        "summary": "Builds payment services in Python.",
    },
    "work": [
        {
            "name": "Fernhill Payments",
            "position": "Backend engineer",
            "startDate": "2019-04",
            "highlights": ["Moved 40 services to PostgreSQL and Docker"],
        }
    ],
    "education": [{"institution": "Fernhill University", "studyType": "BSc", "area": "Computer science"}],
    "skills": [{"name": "Python", "keywords": ["FastAPI", "PostgreSQL"]}],
    "languages": [{"language": "German", "fluency": "B2"}],
    "certificates": [{"name": "AWS Certified Developer", "date": "2023-05"}],
}

router = router_of(
    Noun(
        kind=Kind.CANDIDATE,
        out=CandidateOut,
        page=CandidatePageOut,
        form="A CV in JSON Resume 1.0 (basics, work, volunteer, education, skills, languages, certificates, projects, "
        "awards); `basics` is required, other fields are ignored.",
        required="basics",
        example=EXAMPLE,
    )
)
