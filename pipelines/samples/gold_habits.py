"""Habits of CV writers: how they write a month, what they call a section, how they say that a job goes on."""

from __future__ import annotations

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
PRESENT = {
    "en": "present",
    "now": "now",
    "current": "Current",
    "de": "heute",
    "fr": "aujourd'hui",
    "es": "actualidad",
}
HEADINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "summary": {
        "en": ("Profile", "About me", "Summary", "Personal statement", "Career objective"),
        "de": ("Profil", "Kurzprofil"),
        "fr": ("Profil", "À propos"),
        "es": ("Perfil", "Sobre mí"),
    },
    "experience": {
        "en": ("Experience", "Work history", "Professional experience", "Employment", "Career history"),
        "de": ("Berufserfahrung", "Beruflicher Werdegang"),
        "fr": ("Expérience professionnelle", "Expériences"),
        "es": ("Experiencia laboral", "Experiencia profesional"),
    },
    "education": {
        "en": ("Education", "Education and training", "Academic background", "Qualifications", "Studies"),
        "de": ("Ausbildung", "Bildungsweg"),
        "fr": ("Formation", "Diplômes"),
        "es": ("Formación académica", "Formación"),
    },
    "skills": {
        "en": ("Skills", "Key skills", "Technical skills", "Core competencies", "What I know"),
        "de": ("Kenntnisse", "Fähigkeiten"),
        "fr": ("Compétences", "Savoir-faire"),
        "es": ("Competencias", "Habilidades"),
    },
    "credentials": {
        "en": ("Certifications", "Licences and certificates", "Certificates", "Licenses", "Professional registration"),
        "de": ("Zertifikate", "Weiterbildungen"),
        "fr": ("Certifications", "Habilitations"),
        "es": ("Certificaciones", "Cursos y certificados"),
    },
    "languages": {
        "en": ("Languages", "Language skills", "Languages", "Languages spoken", "Languages"),
        "de": ("Sprachen", "Sprachkenntnisse"),
        "fr": ("Langues", "Langues"),
        "es": ("Idiomas", "Idiomas"),
    },
    "projects": {
        "en": ("Projects", "Selected projects", "Projects", "Personal projects", "Portfolio"),
        "de": ("Projekte", "Projekte"),
        "fr": ("Projets", "Projets"),
        "es": ("Proyectos", "Proyectos"),
    },
    "contact": {
        "en": ("Address/Telephone/E-mail/Web",),
        "de": ("Wohnort/Telefon/E-Mail/Web",),
        "fr": ("Adresse/Téléphone/Courriel/Site",),
        "es": ("Domicilio/Teléfono/Correo/Web",),
    },
}


def date(value: str, habit: str, tongue: str) -> str:
    """A month or a year, as YYYY-MM or YYYY, in somebody's habit."""
    year, _, month = value.partition("-")
    if not month:
        return year
    name = MONTHS[tongue].split()[int(month) - 1]
    short = name if len(name) < 5 else name[:3]
    return {
        "long": f"{name} {year}",
        "short": f"{short} {year}",
        "slash": f"{month}/{year}",
        "dot": f"{month}.{year}",
        "iso": f"{year}-{month}",
        "tick": f"{short} '{year[2:]}",
        "comma": f"{name}, {year}",
        "year": year,
        "upper": f"{short.upper()} {year}",
        "hyphen": f"{short}-{year[2:]}",
    }[habit]


def heading(name: str, tongue: str, caps: str, say: int) -> str:
    words = HEADINGS[name][tongue]
    text = words[say % len(words)]
    match caps:
        case "upper":
            text = text.upper()
        case "spaced":
            text = "   ".join(" ".join(word) for word in text.upper().split())
        case "colon":
            text += ":"
        case "lower":
            text = text.lower()
    return f"## {text}"
