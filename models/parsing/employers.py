"""What names an employer, and what says that somebody worked for none."""

from __future__ import annotations

import re
from collections.abc import Sequence

ANONYMOUS = "Company Name"  # in CVs whose employers were blacked out
_ORGANISATION = re.compile(
    r"\b(?:inc|ltd|limited|llc|llp|plc|gmbh|ag|kg|kgaa|ohg|ug|se|corp|corporation|company|co|group|gruppe"
    r"|groupe|grupo"
    r"|holdings?|partners|associates|bank|universit\w+|universidad\w*|uniwersytet\w*|hochschule|college|school"
    r"|schools"
    r"|schule|lycée|collège|escuela|academy|akademie|institut\w*|hospital\w*|hôpital|klinik\w*|klinikum|krankenhaus"
    r"|clinic\w*|clínica|center|centers|centre|centro|council|county|city of|town of|state of|department of"
    r"|dept|ministry|trust"
    r"|nhs|foundation|stiftung|services|solutions|systems|technologies|technology|studios?|labs?|laboratories"
    r"|laboratory"
    r"|agency|agentur|agence|stores?|restaurants?|ristorante|hotels?|hôtel|logistics|logistik|industries|consulting"
    r"|consultants|software|digital|media|s\.?a\.?|s\.?l\.?|b\.?v\.?|n\.?v\.?|pty|pvt|sarl|s\.?a\.?s|oy|ab|aps"
    r"|spa|s\.?r\.?l"
    r"|medical|health|healthcare|church|society|association|charity|airlines?|airways|insurance|versicherung\w*"
    r"|international"
    r"|enterprises?|e\.?v\.?|freelance|freelancer|self[- ]employed|sole trader"
    r"|sole proprietor|freiberuflich|selbstständig|indépendant|autónomo"
    r"|attorneys|solicitors|accountants|architects|lawyers|sp\. z o\.o|vof|ev|cooperative|practice|surgery"
    r"|bistro|café|cafe|bakery|bäckerei|pharmacy|apotheke|farm|farms|works|werke|motors|foods|transport\w*|freight"
    r"|construction|electric|energy|energie|network|networks|army|navy|air force|marine corps|coast guard"
    r"|police|library"
    r"|museum|mart|(?<!mid-)market|markt|supermarkt|shop|bros|brothers|& sons|und söhne|et fils|nursery"
    r"|bureau|club|district"
    r"|plumbing|staffing|realty|properties|pharmaceuticals?|pharma|manufacturing|engineering (?:ltd|inc|gmbh"
    r"|co)|telecom\w*"
    r"|communications|entertainment|productions|publishing|press|theat(?:re|er)|gallery|salon|spa|gym|fitness"
    r"|\w{0,20}büro|kanzlei|verlag|spital|stadtwerke|genossenschaft|gesmbh|clinique|mairie|ayuntamiento|gestoría"
    r"|winery|brewery|brasserie|auberge|trattoria|osteria|gasthaus|gasthof|boulangerie)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"\b(?:(?:career|employment|planned|family|personal|study) (?:break|gap|pause)|sabbatical|gap year|elternzeit"
    r"|mutterschutz|karenz|babypause|familienzeit|pflegezeit|föräldraledig\w*|congé (?:parental|maternité"
    r"|sabbatique)|baja (?:por )?maternidad|excedencia|année sabbatique"
    r"|(?:parental|maternity|paternity|family|caring) leave|full[- ]time (?:parent|mother|father|mum|mom|dad"
    r"|care of)"
    r"|full[- ]time (?:carer|caregiver) (?:of|for)|stay[- ]at[- ]home (?:parent|mother|father|mum|mom|dad)"
    r"|caring for (?:family|my|a relative|an? (?:elderly|ill|sick))|homemaker|time out"
    r"|travel(?:l?ing)? (?:year|the world"
    r"|abroad|through|around)|(?:at )?home with (?:my|the|our) (?:\w+ )?(?:children|kids|child|family|baby|twins)"
    r"|à la maison avec|zu hause (?:mit|bei) (?:den|meinen) kindern|sprachkurse?|integrationskurs|reconversion"
    r"|career change (?:course|training)|full[- ]time (?:study|studies|student)|formation à plein temps"
    r"|weltreise|auszeit|arbeitssuche|arbeitssuchend|unemployed|job search|between jobs)\b",
    re.IGNORECASE,
)


def is_organisation(name: str) -> bool:
    """Whether a word in a name says that it is an employer's."""
    return _ORGANISATION.search(name) is not None


def is_break(*names: str) -> bool:
    """Whether a dated entry says that no work was done for an employer then: leave, travel, family."""
    return any(_BREAK.search(name) for name in names)


def begins_with_employer(text: str) -> float:
    """How much a text with commas begins with an employer."""
    return 1.0 if is_organisation(text.split(",")[0]) else 0.9 if is_organisation(text) else 0.0


def guess_roles(parts: Sequence[str]) -> tuple[str, str, float]:
    """Title and employer where no word tells which is which: people name their work first."""
    employer = next((part for part in parts if is_organisation(part)), "")
    others = [part for part in parts if part != employer]
    if employer and not others and not is_organisation(employer.split(",")[0]):
        title, _, employer = employer.partition(", ")
        return title, employer, 1.0
    if employer:
        return next(iter(others), ""), employer, 0.8 + (0.2 if others else 0.0)
    return others[0], next(iter(others[1:]), ""), 0.4 + (0.2 if len(others) > 1 else 0.0)
