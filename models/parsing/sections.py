"""What the parts of a CV or an ad are, by their headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain import Kind
from models.parsing.lines import Line, lines_of
from models.tokens import plain, word_set


class Part(StrEnum):
    HEADER = "header"
    SUMMARY = "summary"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    SKILLS = "skills"
    CREDENTIALS = "credentials"
    LANGUAGES = "languages"
    PROJECTS = "projects"
    PUBLICATIONS = "publications"
    VOLUNTEERING = "volunteering"
    INTERESTS = "interests"
    REFERENCES = "references"
    OTHER = "other"
    DUTIES = "duties"
    MUST = "must"
    NICE = "nice"
    BOILERPLATE = "boilerplate"


_CV = {
    Part.SUMMARY: "summary|professional summary|executive summary|career summary|profile|professional profile|personal"
    " profile|career profile|personal statement|about|about me|objective|career objective|job objective|overview"
    "|professional overview|career overview|introduction|executive profile|profil|kurzprofil|über mich|résumé|perfil"
    "|a propos|à propos|profiel|summary of qualifications|qualifications summary|career focus|who i am|in short"
    "|in brief"
    "|at a glance|in a nutshell|sobre mí|sobre mi|perfil profesional|kurz gesagt|zur person|profilo|sobre mim"
    "|professional statement|objectives|career goal|career goals|ziel|objectif|objetivo|my story|hello|bio|biography",
    Part.EXPERIENCE: "experience|work experience|professional experience|employment|employment history|work history"
    "|career history|career|relevant experience|professional background|employment experience|positions held"
    "|clinical experience|teaching experience|internships|internship|jobs i have had|where i have worked"
    "|work|jobs|berufserfahrung|beruflicher werdegang|praxiserfahrung|expérience|expériences|expérience professionnelle"
    "|expériences professionnelles|parcours professionnel|experiencia|experiencia laboral|experiencia profesional"
    "|werkervaring|esperienza professionale|other experience|additional experience|previous experience|earlier career"
    "|military experience|military service|industry experience|professional history|appointments|career experience"
    "|mon parcours|parcours|werdegang|berufspraxis|berufstätigkeit|berufliche erfahrung|arbeitserfahrung|praktika"
    "|beruflicher hintergrund|esperienze professionali|esperienze|experiência profissional|experiência|doświadczenie"
    "|doświadczenie zawodowe|relevant work experience|selected experience|key experience|recent experience|earlier"
    "|previous employment|career to date|work so far|where i worked|what i have done|what i've done|jobs held"
    "|academic appointments|research experience|legal experience|nursing experience|driving experience"
    "|flying experience"
    "|sales experience|management experience|other employment|earlier roles|current role|current position|roles"
    "|stage and screen|theatre|stage|screen|credits|engagements|commissions|postes occupés|carrière|the day job|day job"
    "|day jobs|stationen|berufliche stationen|praktische erfahrung|experience and employment|posts held|employers"
    "|employment and experience|history|vida laboral|trayectoria|trayectoria profesional|trayectoria laboral|what i do",
    Part.EDUCATION: "education|education and training|academic background|academic qualifications|school|schools"
    "|educational background|education and learning|my education|where i studied|what i studied|degrees|degree"
    "|education and qualifications|academic history|studies|schooling|training and education|ausbildung|bildung|studium"
    "|ausbildung und studium|formation|formations|formación|formacion|educación|educacion|opleiding|opleidingen"
    "|istruzione|education background|academic credentials|scholastic record|schule|bildungsweg|diplômes et formations"
    "|diplômes|formation et diplômes|formations et diplômes|études|cursus|akademischer werdegang|schulbildung"
    "|schulische ausbildung|hochschulbildung|studium und schule|schule und ausbildung|schul und berufsausbildung"
    "|formación académica|estudios|titulación|istruzione e formazione|formação|formação académica|wykształcenie"
    "|títulos|lernen|gelernt|schulen|studier|educational attainment|university|university and school"
    "|school and college|learning|apprenticeship|academic training|academics",
    Part.SKILLS: "skills|key skills|technical skills|core skills|core competencies|competencies|competences|key "
    "competencies"
    "|areas of expertise|expertise|technologies|tools|skill set|skills and tools|skills summary|technical proficiencies"
    "|proficiencies|computer skills|it skills|software|professional skills|skills and expertise|highlights|strengths"
    "|technical summary|technical expertise|core qualifications|qualifications|skill highlights|specialties|abilities"
    "|kenntnisse|fähigkeiten|kompetenzen|it-kenntnisse|compétences|competencias|habilidades|vaardigheden|competenze"
    "|soft skills|hard skills|personal skills|key strengths|areas of knowledge|additional skills|other "
    "skills|tech stack|toolbox|stack|core strengths|core competences|my tools|tools i use|tools and methods|methods"
    "|what i know|what i can do|what i am good at|what i'm good at|things i can do|things i do well"
    "|useful things i do well|good at|knows|can do|edv"
    "|edv kenntnisse|it kenntnisse|edv und it|fachkenntnisse|besondere kenntnisse|kenntnisse und fähigkeiten"
    "|compétences clés|compétences techniques|savoir faire|atouts|informatique|outils|logiciels"
    "|conocimientos|informática|aptitudes|competencias técnicas|competenze tecniche|competências|umiejętności"
    "|craft|craft skills|equipment|machines|techniques|lab skills|laboratory skills|clinical skills|kitchen skills"
    "|skills and knowledge|skills and abilities|capabilities|technical profile|technical toolkit|toolkit|keywords"
    "|systems|software and systems|kann ich|können|functional skills|office skills|practical skills"
    "|skills and strengths|skills and software|digital skills",
    Part.CREDENTIALS: "certifications|certification|certificates|licenses|licences|licenses and certifications"
    "|credentials|papers|tickets|tickets and cards|cards|cards and tickets|licence|license|certs|welding papers"
    "|certifications and licenses|licences and certificates|licensure|professional certifications"
    "|accreditations|accreditation|training"
    "|qualifications and training|professional qualifications|professional development|courses|training "
    "and certifications"
    "|registrations|registration|professional registration|professional memberships|memberships|affiliations"
    "|professional affiliations"
    "|certificates and training|zertifikate|weiterbildung|weiterbildungen|certificats|certificaciones|certificaten"
    "|certifications and training|licences and training|professional licenses|permits|tickets and licences"
    "|certificates and licences|continuing education|memberships and registrations|licences and cards|befähigungen"
    "|zertifikate und weiterbildung|fortbildungen|fortbildung|lizenzen|scheine|führerschein|führerscheine"
    "|qualifikationen|zusatzqualifikationen|zertifizierungen|permis|permis et certificats|habilitations"
    "|certifications et permis|habilitations et permis|carnets|permisos|licencias|títulos y licencias|cursos"
    "|certificazioni|patenti|certificações|certyfikaty|uprawnienia|licenses and registrations|licences and tickets"
    "|licenses and eligibility|eligibility|licences and ratings|ratings|bewilligungen|ausweise|bar admissions"
    "|admissions|bar admission|board certification|board certifications|licences held|licenses held"
    "|qualifications and licences|certifications and memberships|licences and memberships|safety tickets|endorsements",
    Part.LANGUAGES: "languages|language skills|language|sprachen|sprachkenntnisse|langues|idiomas|talen|lingue|speaks"
    "|foreign languages|spoken languages|langues parlées|i speak|languages spoken|języki|línguas|fremdsprachen",
    Part.PROJECTS: "projects|personal projects|key projects|selected projects|project experience|projekte|side projects"
    "|side things|projets|proyectos|portfolio|projects and activities|open source|selected work|selected works"
    "|academic projects|proyectos personales|projets personnels|progetti|built for fun",
    Part.PUBLICATIONS: "publications|selected publications|patents|presentations|research|patents and publications"
    "|publications and talks|talks|publikationen|veröffentlichungen|publicaciones|conference papers|articles|writing"
    "|conferences|publications and presentations|pubblicazioni",
    Part.VOLUNTEERING: "volunteer experience|volunteering|volunteer work|volunteer|community involvement|ehrenamt"
    "|ehrenamtliches engagement|engagement|bénévolat|vie associative|voluntariado|community|community service|unpaid"
    "|volunteering and community|voluntary work|charity work|giving back|unpaid work|freiwilligenarbeit|volontariato"
    "|voluntary experience|volunteer service",
    Part.INTERESTS: "interests|hobbies|hobbies and interests|interests and activities|activities|extracurricular "
    "activities|interessen|hobbys|loisirs|centres d'intérêt|intereses|interessi|aficiones|outside work|off duty"
    "|when i'm not working|free time|leisure|personal interests|hors cuisine|zainteresowania|interesses|freizeit"
    "|hobbies interests|when not working|after work|away from work|hobby",
    Part.REFERENCES: "references|referees|referenzen|références|referencias|reference|reference available"
    "|references available on request|referenze",
    Part.OTHER: "awards|honors"
    "|honours|awards and honors|achievements|key achievements|accomplishments"
    "|additional information|other|personal details|personal information|personal data|contact"
    "|contact details|contact information|details|links|auszeichnungen|prix|premios|otros|sonstiges|divers|autres"
    "|leadership|persönliche daten|kontakt|coordonnées|contacto|availability|miscellaneous|otros datos|datos personales"
    "|declaration|persönliches|awards and scholarships|scholarships|further information|verfügbarkeit|disponibilité"
    "|personal|practical|practicalities|practical matters|good to know|small print|notes|extra|more|anything else"
    "|prizes|grants|funding|disponibilidad|mobilité|informations complémentaires|weitere angaben|persönliche angaben"
    "|contatti|dati personali|military|key facts|get in touch|reach me|find me|where to find me|also",
}
# Every part that neither tells of work nor lists what is known.
ASIDE = (Part.PROJECTS, Part.PUBLICATIONS, Part.VOLUNTEERING, Part.INTERESTS, Part.REFERENCES, Part.OTHER)
_AD = {
    Part.SUMMARY: "job description|description|job summary|position summary|summary|overview|the role|about the role"
    "|about the job|the position|role|position|role overview|job overview|the opportunity|about the position|purpose"
    "|job purpose|position overview|general summary|role summary|introduction|position description",
    Part.DUTIES: "responsibilities|duties|key responsibilities|what you will do|what you'll do|your responsibilities"
    "|job responsibilities|duties and responsibilities|essential duties|essential duties and "
    "responsibilities|your tasks"
    "|primary responsibilities|essential functions|essential job functions|tasks|your role|the job|day to day|the work"
    "|roles and responsibilities|job duties|main duties|principal duties|accountabilities|your day|what you do"
    "|major responsibilities|position responsibilities|in this role you will|aufgaben|ihre aufgaben|missions",
    Part.MUST: "requirements|qualifications|required skills|required qualifications|minimum qualifications|must have"
    "|must haves|job requirements|what you need|what we are looking for|what we're looking for|who you are|you have"
    "|skills and experience|basic qualifications|minimum requirements|required skills and qualifications|your profile"
    "|required experience|experience|skills|skills required|required|essential|essential criteria|person specification"
    "|knowledge skills and abilities|education and experience|what you bring|about you|education|position requirements"
    "|required skills and experience|key skills|candidate profile|the ideal candidate|ideal candidate"
    "|your qualifications"
    "|experience and qualifications|skills and qualifications|qualifications and experience|knowledge and skills|profil"
    "|education/experience|required knowledge|licenses and certifications|anforderungen|ihr profil|qualification"
    "|qualifications and skills|qualifications required|what you will need|you will need|you bring"
    "|requirements include",
    Part.NICE: "preferred|preferred qualifications|nice to have|nice to haves|desired skills|desirable|desirable "
    "criteria"
    "|preferred skills|bonus|bonus points|pluses|plus|desired|desired qualifications|it would be nice|good to have"
    "|preferred experience|additional qualifications|a plus|desired skills and experience|ideally|an advantage"
    "|welcome but not required|preferred requirements|preferred skills and experience|what would help",
    Part.BOILERPLATE: "benefits|what we offer|we offer|about us|about the company|company overview|our benefits|perks"
    "|compensation|compensation and benefits|pay and benefits|equal opportunity|equal opportunity employer|who we are"
    "|how to apply|our company|why join us|why work for us|eeo statement|about our company|company "
    "description|wir bieten"
    "|the company|our values|salary and benefits|benefits include|perks and benefits|our culture|company "
    "profile|working"
    " here|about the firm|the firm|our firm|about the team|good to know|the small print|about the employer",
}


def _headings(parts: Mapping[Part, str]) -> dict[str, Part]:
    return {_bare(name): part for part, names in parts.items() for name in names.split("|")}


# An ad's headings in words of its own: `Skills & Background Required:`. The first that fits wins.
_LOOSE = tuple(
    (part, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for part, words in (
        (Part.NICE, r"preferred|desired|desirable|nice[- ]to[- ]haves?|bonus|pluses|a plus"),
        (
            Part.BOILERPLATE,
            r"benefits|perks|we offer|we provide|about (?:us|our|the company)|who we are|equal opportunity|eeo|to apply"
            r"|compensation|company (?:profile|description|overview)|physical (?:demands|requirements)"
            r"|working conditions|work environment|disclaimer",
        ),
        (Part.DUTIES, r"responsibilit(?:y|ies)|duties|functions|accountabilities"),
        (Part.MUST, r"required|requirements?|qualifications?|must[- ]haves?|skills|competencies|experience"),
    )
)
_COLON = re.compile(r"\s*:(?!//)")
_SHOUTED = re.compile(r"\b[A-Z]{3,}(?:\s(?:[A-Z]{2,}|&)){1,3}\b")
_CAPITALS = re.compile(
    r"((?:[^\W\d_a-zß-ÿ]{4,}|&|DE|UND|ET|AND)(?:[ ](?:[^\W\d_a-zß-ÿ]{3,}|&|DE|UND|ET"
    r"|AND)){0,2})[ ]+[:–—-]?[ ]*(?=\S*[a-zß-ÿ])"
)
_MOST_WORDS = 7  # of a heading
_SMALL = word_set("a an and as at for in of or the to we you your our will be are is")
_AND = re.compile(r" (?:and|und|et|y|e|i|en) ")
_SPACED = re.compile(r"(?:\S[ ]{1,3}){3,}\S:?")
_LAST_WORDS = {
    Part.EXPERIENCE: "experience|employment|erfahrung|expérience|experiencia|internships|appointments|career",
    Part.EDUCATION: "education|studies|ausbildung|bildung|études|studium",
    Part.SKILLS: "skills|competencies|competences|kenntnisse|compétences|technologies|proficiencies|expertise|tools",
    Part.CREDENTIALS: "certifications|certificates|licences|licenses|zertifikate|memberships|registrations|tickets",
    Part.LANGUAGES: "languages|sprachen|langues|idiomas",
    Part.PROJECTS: "projects|projekte|projets|proyectos",
    Part.PUBLICATIONS: "publications|patents|talks",
    Part.INTERESTS: "interests|hobbies",
    Part.VOLUNTEERING: "volunteering",
}
_BY_FIRST = {  # in Romance languages the noun stands first: "EXPERIENCIA DOCENTE"
    plain(word): part
    for part, words in (
        (Part.EXPERIENCE, "experiencia|experiencias|expérience|expériences|esperienza|esperienze|experiência"),
        (Part.EDUCATION, "formación|études|formação|titulación"),
        (Part.SKILLS, "compétences|competencias|competenze|conocimientos|connaissances|competências"),
        (Part.LANGUAGES, "idiomas|langues|lingue|línguas"),
    )
    for word in words.split("|")
}
_BY_LAST = {word: part for part, words in _LAST_WORDS.items() for word in words.split("|")}
_NOT_WORDS = re.compile(r"[^\w' ]+")


def _bare(text: str) -> str:
    text = plain(text).replace("&", " and ").replace("’", "'").replace("+", " and ")
    return " ".join(_NOT_WORDS.sub(" ", text.replace("/", " and ")).split())


_KNOWN = {Kind.CANDIDATE: _headings(_CV), Kind.JOB: _headings(_AD)}


_GLUED = {name.replace(" ", ""): part for name, part in _KNOWN[Kind.CANDIDATE].items()}


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; the heading itself is not among them."""

    part: Part
    lines: tuple[Line, ...]
    heading: Line | None = None


def heading_of(line: Line, kind: Kind) -> Part | None:
    """The part that a line begins when all of it is a heading."""
    if len(line.text) > 60 or line.text.endswith((".", ",", ";")):
        return None
    known = _KNOWN[kind]
    text = line.text
    if _SPACED.fullmatch(text):  # "E X P E R I E N C E"
        text = " ".join(word.replace(" ", "") for word in re.split(r"[ ]{2,}", text))
        if (glued := _GLUED.get(_bare(text).replace(" ", ""))) is not None and kind is Kind.CANDIDATE:
            return glued
    bare = _bare(text)
    if bare in known:
        return known[bare]
    if kind is Kind.CANDIDATE:
        halves = _AND.split(bare, maxsplit=1)  # "Education and Certifications"
        if len(halves) == 2 and halves[0] in known and halves[1] in known:
            return known[halves[0]]
        return _by_last_word(text) if len(line.text) < 40 else None
    return _loose_heading(line.text.rstrip(": ")) if kind is Kind.JOB and line.text.endswith(":") else None


def _by_last_word(text: str) -> Part | None:
    """`SELECTED PROFESSIONAL EXPERIENCE`: two to four words, each with a capital, the last of them a known one."""
    words = text.rstrip(": ").split()
    if 1 < len(words) <= 4 and (first := _BY_FIRST.get(plain(words[0]))) and text[0].isupper():
        return first
    if not 2 <= len(words) <= 4 or not all(w[0].isupper() or w in _SMALL or w == "&" for w in words):
        return None
    return _BY_LAST.get(plain(words[-1]))


def inline_headings(text: str) -> list[tuple[int, int]]:
    """Where headings of an ad stand within running text, their colons included."""
    found: list[tuple[int, int]] = []
    for colon in _COLON.finditer(text):
        words = list(re.finditer(r"\S+", text[max(colon.start() - 60, 0) : colon.start()]))[-_MOST_WORDS:]
        offset = max(colon.start() - 60, 0)
        for word in words:
            name = text[offset + word.start() : colon.start()]
            if name[0].isupper() and (_bare(name) in _KNOWN[Kind.JOB] or _loose_heading(name)):
                found.append((offset + word.start(), colon.end()))
                break
    if not text.isupper():  # "… at work JOB REQUIREMENTS Three years …"
        found += [m.span() for m in _SHOUTED.finditer(text) if _bare(m[0]) in _KNOWN[Kind.JOB]]
    return found


def _loose_heading(name: str) -> Part | None:
    """The part that a title-cased name begins by one of its words."""
    words = name.split()
    if len(words) > _MOST_WORDS or any(c.isdigit() or c in ".,!?" for c in name):
        return None
    if not all(word[0].isupper() or word in _SMALL or not word[0].isalpha() for word in words):
        return None
    return next((part for part, pattern in _LOOSE if pattern.search(name)), None)


def sections_of(text: str, kind: Kind) -> list[Section]:
    return split_sections(lines_of(text), kind)


def split_sections(lines: Sequence[Line], kind: Kind) -> list[Section]:
    """The first section is the header, whatever stands before the first heading."""
    sections: list[Section] = []
    part, heading, held = Part.HEADER, None, list[Line]()
    shouting = kind is Kind.CANDIDATE and sum(_is_shouted_heading(line) for line in lines) > 1
    for line in lines:
        found, rest = _opening(line, kind)
        if found is None and shouting and part in _ENDED_BY_CAPITALS and _is_shout(line):
            found, rest = Part.OTHER, None
        if found is None:
            held.append(line)
            continue
        sections.append(Section(part, tuple(held), heading))
        part, heading, held = found, line, [rest] if rest else []
    sections.append(Section(part, tuple(held), heading))
    return sections


_ENDED_BY_CAPITALS = (Part.EDUCATION, Part.CREDENTIALS, Part.LANGUAGES, *ASIDE)


def _is_shout(line: Line) -> bool:
    """A short line in capitals: a heading, where headings are written so."""
    words = line.text.rstrip(":").split()
    return not line.bullet and len(words) <= 4 and line.text.isupper() and all(w.isalpha() or w == "&" for w in words)


def _is_shouted_heading(line: Line) -> bool:
    return _is_shout(line) and heading_of(line, Kind.CANDIDATE) is not None


def _opening(line: Line, kind: Kind) -> tuple[Part | None, Line | None]:
    """A heading, alone on its line or before a colon with the first words of its section behind it."""
    part = heading_of(line, kind)
    if part is not None:
        return part, None
    if kind is Kind.CANDIDATE and (shouted := _shouted(line)) is not None:
        return shouted
    before, colon, after = line.text.partition(":")
    if not colon or not after.strip() or line.bullet or len(before) > 60:
        return None, None
    part = heading_of(line._replace(text=before), kind)
    if part is None and kind is Kind.JOB:
        part = _loose_heading(before)
    if part is None or (kind is Kind.CANDIDATE and part in (Part.EXPERIENCE, Part.OTHER)):
        return None, None
    if kind is Kind.CANDIDATE and not line.apart and part in (Part.SKILLS, Part.CREDENTIALS, Part.PROJECTS):
        return None, None  # "Tools: Git, Docker" within the skills
    start = line.text.index(after.strip(), len(before) + 1)
    return part, line._replace(text=line.text[start:], start=line.start + start)


def _shouted(line: Line) -> tuple[Part, Line] | None:
    """`LANGUES français, breton`: a known heading in capitals that goes on in small letters."""
    match = _CAPITALS.match(line.text)
    if match is None or line.bullet:
        return None
    part = _KNOWN[Kind.CANDIDATE].get(_bare(match[1]))
    if part is None:
        return None
    rest = line.text[match.end() :]
    return part, line._replace(text=rest, start=line.start + match.end(), bullet=False)


def lines_in(sections: Iterable[Section], *parts: Part) -> list[Line]:
    return [line for section in sections if section.part in parts for line in section.lines]
