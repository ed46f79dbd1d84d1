"""Levels of education, by the words of many countries."""

from __future__ import annotations

import re

from core.domain import EducationLevel
from models.parsing.schools import is_school

_L = EducationLevel
# The first that fits wins. Short forms count only as they are written: `MA` is a degree, `ma` is not.
_LEVELS: tuple[tuple[EducationLevel, re.Pattern[str]], ...] = tuple(
    (level, re.compile(rf"\b(?:{pattern})"))  # each begins at a word: the many that do not fit are not tried elsewhere
    for level, pattern in (
        (
            _L.DOCTORATE,
            r"(?i:\bph\.? ?d\b\.?|\bd\.?phil\b\.?|\bdoctora(?:te|l)\b|\bdoctor of\b|\bdoctor en\b|\bjuris doctor\b"
            r"|\bdocteur\b)|(?<!and )(?<!nternal )\bPromotion\b(?! (?:to|of|and|from|within|opportunit|[Mm]anag"
            r"|[Cc]oord))|\bJ\.?D\.?(?!\w)|\bM\.?D\.?(?=[ ,.)]|$)|\bPharm\.?D\b\.?|\bEd\.?D\b\.?"
            r"|\bDNP\b|\b[Dd]r\. ?(?:rer|med|ing|phil|iur|jur|oec|sc|theol|nat|techn|hab)\b|\bDr\.-Ing\b\.?|\bDBA\b"
            r"|(?i:\bdoctorat\b|\bdoctorado\b|\bdottorato\b"
            r"|\bdoktor\w*\b"
            r"|\bdoutorado\b)",
        ),
        (
            _L.MASTER,
            r"(?i:\bbac ?\+ ?5\b|\bstaatsexamen\b|\bdiplomstudium\b|\bmaîtrise\b|\bmestrado\b|\blaurea magistrale\b"
            r"|\bmagister\w*\b"
            r"|\bcivilingenjör\b|\bmaster2\b|\bmba\b|\bdess\b|\bdipl\.[- ]?(?:ing|kfm|inf|psych|phys|chem|math"
            r"|wirt)\w*\.?"
            r"|(?<!scrum )(?<!material )\bmaster(?:['’]?s)?\b(?! (?:data|schedul|plans?\b|file|list|service|electric"
            r"|plumb|tech(?!nolog)|mechanic|craft|agree))|\bmagister\b|\bdiplom(?:-|ingenieur|kauf)|\bmaestría\b"
            r"|\bmáster\b"
            r"|\bmastère\b|\bpost-?graduate (?:diploma|degree)\b|\bingénieur diplômé\b|\bdiplôme d['’]ingénieur\b"
            r"|\blicentiate\b)|\bM\.? ?Sc?\b\.?(?! (?i:Office|Word|Excel|Dynamics|SQL|Project|Access|Outlook|Power"
            r"|Windows|Visio|Teams|Exchange))|\bM\.?A\b\.?(?! ?\((?:Joint )?Hon)|\bM\.? ?Eng\b\.?|\bMBA\b"
            r"|\bMB ?ChB\b|\bMBBS\b|\bM\.?B\.?A\."
            r"|\bM\.? ?Ed\b\.?|\bMSW\b|\bMPH\b|\bMPA\b|\bM\.? ?Tech\b\.?|\bMFA\b|\bLL\.?M\b\.?"
            r"|\bMPhil\b|\bMSN\b|\bMRes\b"
            r"|\bM\.? ?Com\b|\bMPharm\b|\bMCA\b|\bMLaw\b|\bMArch\b|\bMMus\b|\bMLitt\b|\bMDes\b|\bMEcon\b|\bmgr\b\.?"
            r"|\bdrs\b\.?|\bMChem\b|\bMPhys\b|\bPGDM\b",
        ),
        (
            _L.BACHELOR,
            r"(?i:\bbac ?\+ ?[34]\b|\btitre professionnel\b(?=[^()]{0,80}\(niveau 6\))|\binż\b\.?|\bingeniería (?:en"
            r"|de)\b"
            r"|\bqqi (?:level )?[78]\b|\blaurea triennale\b|\bgraduado en\b|\bgraduação\b|\bbacharelado\b"
            r"|\bfh-diplom\b"
            r"|\bb\.?s\.? ?ed\b|\bbachelor(?:['’]?s)?\b|\bbaccalaureate\b|\blicenciatura\b|\bdiplomatura\b"
            r"|\binżynier\b|\bgrado "
            r"en\b|\blicence\b(?= (?:en|de|professionnelle)\b)|\bundergraduate degree\b|\bfour[- ]year degree\b"
            r"|\bgrade de licence\b|\bdiplôme d['’]état\b(?! (?:d['’])?aide)"
            r"|\bcollege degree\b|\buniversity degree\b|\blaurea\b|\bgraduate diploma\b|\bpgce\b"
            r"|\bpost-?graduate certificate\b|\bhonou?rs degree\b)|\bB\.? ?Sc?\b\.?|\b[BM]\.?A\b\.?"
            r"|\bB\.? ?Eng\b\.?"
            r"|\bB\.?E\b\.?(?=[ ,.(])(?! [A-Z]{3})|\bB\.? ?Tech\b\.?|\bB\.? ?Comm?\b\.?|\bBBA\b|\bB\.?B\.?A\.|\bBSN\b"
            r"|\bLL\.?B\b\.?|\bB\.? ?Ed\b\.?|\bBFA\b|\bBCA\b|\bBSW\b|\bBPharm\b|\bBArch\b|\bBCom\b|\bBHM\b"
            r"|\bB(?:Law|Agr?Sc|AppSc|Bus|Des|Nurs|Mus|HSc|HealthSc|SocSci?|Econ|Fin|Math|VSc|Theol|Mid|Psych)\b",
        ),
        (
            _L.ASSOCIATE,
            r"(?i:\bbac ?\+ ?2\b|\bassociates\b(?=\)|$|,|\s*:)|\bhnd\b|\bassociate(?:['’]?s)?(?= ?:| (?:degree|of|in"
            r"|s)\b"
            r"| (?-i:(?:of|in)[A-Z]))"
            r"|\bassociate['’]s\b|\b(?:higher|advanced) certificate\b(?= in\b|,|:)|\bnational diploma\b"
            r"|\bfoundation degree\b|\bhigher "
            r"national (?:diploma|certificate)\b|\b(?:two|2)(?: ?\(2\))?[- ]years? (?:\w+ ){0,2}degree\b)|\bDEC\b"
            r"|\bAEC\b|\bA\.?A\.?S\b\.?"
            r"|\bA\.?A\b\.?|\bA\.?S\b\.?(?=[ ,])|\bADN\b|\bHN[DC]\b|\bBTS\b|\bDUT\b|\bFdA\b|\bFdSc\b",
        ),
        (
            _L.VOCATIONAL,
            r"\bL[1-5] (?=[A-Z])|(?i:\bqqi (?:level )?[3-6]\b|\bapprentissage\b|\blehre\b|\blehrabschluss\w*\b|\befz\b"
            r"|\bbac(?:calauréat)? pro(?:fessionnel)?\b|\bmention complémentaire\b|\bbep\b"
            r"|\bgrado (?:medio|superior)\b|\btécnico superior\b|\bcfgs\b|\bciclo formativo\b|\bcurso técnico\b"
            r"|\bberufsausbildung\b|\bumschulung\b"
            r"|\b(?:industrie|handwerks|küchen|bäcker|fleischer|werk)meister(?:in)?\b"
            r"|\bbrevet professionnel\b|\btitre professionnel\b|\bfachwirt\w*\b|\blevel \d (?:diploma"
            r"|certificate|award|nvq)\b|\badvanced diploma\b"
            r"|\bcert(?:ificate)? (?:iii|iv|3|4)\b|\bqualified as\b"
            r"|\bapprenticeship\b|\bberufsschul\w*|\bnvq\b|\bsvq\b|\bcity (?:&|and) guilds\b|\bvocational\b"
            r"|\bausbildung\b"
            r"|\bgesell(?:e|in)\b|\bgesellenbrief\b|\bmeister(?:in|brief)?\b|\btrade school\b|\btechnical "
            r"(?:school|diploma|certificate|college)\b|\bbtec\b|\bjourneym[ae]n\b|\bcertificate (?:i{1,3}v?|iv|in"
            r"|of)\b|\bdiploma (?:in|of)\b|\bdiploma\b(?! or)|\bfacharbeiter\b|\bfachkraft\b|\b(?:bank|büro"
            r"|industrie|einzelhandels|groß-? ?und außenhandels|speditions|versicherungs|hotel|automobil)?kauf"
            r"(?:mann|frau)\b"
            r"|\bmechatroniker(?:in)?\b|\bformación profesional\b|\btechnik(?:er|um)\b|\bculinary (?:arts"
            r"|school)\b|\bcap\b(?= )|\btechnician programme\b|\bjob corps\b|\bmbo\b|\blevel [2-5]\b(?! (?:food"
            r"|health|hygiene|first aid|safety)))"
            r"|\bBP\b(?= [A-ZÉ])",
        ),
        (
            _L.SECONDARY,
            r"(?i:\bh\.?s\.? (?:diploma|graduate|education|or equivalent)\b|\bplus two\b|\b10 ?\+ ?2\b"
            r"|\bintermediate\b(?= \()|\bstandard grades?\b"
            r"|\bo[- ]levels?\b"
            r"|\byear 1[0-3]\b|\bgrade 1[0-2]\b|\bvwo\b|\bhavo\b|\bvmbo\b|\bstudentexamen\b|\bhigh[- ]school\b"
            r"|\bged\b|\ba[- ]levels?\b|\bgcses?\b|\babitur\b|\bbaccalauréat\b|\bsecondary "
            r"(?:school|education)\b|\bleaving cert(?:ificate)?\b|\bmatura\b|\bhighers\b|\brealschul\w*"
            r"|\bsekundarschul\w*"
            r"|\bmittlere reife\b|\bhauptschul\w*|\bsixth form\b|\bbachillerato\b|\bmatric(?:ulation)?\b|\bhsc\b"
            r"|\bleaving certificate\b|\bbac\b(?! pro)|\bbac s\b|\bbac es\b|\bbac l\b|\bhauptschulabschluss\b"
            r"|\beso\b|\bjunior cert\w*\b|\bhigher secondary\b|\bclass (?:x|xii|12|10)\b|\bssc\b|\bcbse\b"
            r"|\bh\.?s\.?c\.?\b|\bmaturité\b|\bschool leaver\b|\bschool certificate\b"
            r"|\bdiplomado en bachiller\w*\b|\bensino médio\b|\bdiploma di maturità\b|\b12th (?:grade|standard)\b"
            r"|\bgymnasium\b|\bliceum\b|\bsecondary\b|\bXII(?:th)?\b)",
        ),
    )
)
_SECONDARY_FIRST = re.compile(r"(?i:\bhigh[- ]school (?:diploma|degree)\b|\bsecondary school\b|\bdiploma or ged\b)")

_BROKEN_OFF = re.compile(
    r"\b(?:no degree|stopped|cut short|trunc[oa]|afgebroken|not (?:completed|finished|graduated)|unfinished"
    r"|incomplete|broken off|dropped out|discontinued"
    r"|left (?:before|after|without|to|early)|did not (?:finish|complete|graduate)|without (?:a )?(?:degree|diploma)"
    r"|ohne abschluss|abgebrochen|inachevée?|abandonnée?|sin (?:terminar|acabar|finalizar)|incomplet[oa]|interromp\w+"
    r"|trancad[oa]|\d+ (?:credits?|credit hours|units|semester hours)\b|niet afgemaakt|przerwan\w+"
    r"|some college|exchange (?:semester|year)|executive programme?|\d semesters?\b)",
    re.IGNORECASE,
)
_UNDER_WAY = re.compile(
    r"\b(?:expected|anticipated|in progress|ongoing|to go|voraussichtlich|laufend|en cours|en curso|in corso"
    r"|w trakcie)\b",
    re.IGNORECASE,
)
_GRADE = re.compile(r"(?i:level \d)")  # of food hygiene as well as of bookkeeping


def level_in(text: str) -> tuple[EducationLevel, int, int] | None:
    """The level of the first education named in a text, and where."""
    if early := _SECONDARY_FIRST.search(text):
        return _L.SECONDARY, early.start(), early.end()
    hits = [(m.start(), -n, level, m.end()) for n, (level, p) in enumerate(_LEVELS) if (m := p.search(text))]
    if not hits:
        return None
    start, _, level, end = min(hits, key=lambda hit: (hit[0], -hit[1]))
    return level, start, end


def is_broken_off(text: str) -> bool:
    """Whether an education was left without what it leads to."""
    return _BROKEN_OFF.search(text) is not None and not _UNDER_WAY.search(text)


def names_education(text: str) -> bool:
    """Whether a line of its own tells of a degree, a school or an apprenticeship."""
    found = level_in(text)
    if found is not None and _GRADE.fullmatch(text, found[1], found[2]):
        return False
    if found is not None and text[found[1] : found[2]].upper() == "EFZ" and not is_school(text):
        return False  # "Köchin EFZ, Quillpay AG" is who works there
    return found is not None and (found[1] < 40 or found[0] >= _L.BACHELOR)
