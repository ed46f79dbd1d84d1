"""Languages and how well they are spoken, on the scale of the CEFR."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from core.domain import Language, LanguageLevel
from models.parsing.lines import Line, within

_L = LanguageLevel
_CODES = {
    name: code
    for code, names in {
        "en": "english englisch anglais inglés ingles inglês engels inglese angielski engelska",
        "de": "german deutsch allemand alemán alemão duits tedesco niemiecki tyska",
        "fr": "french französisch français francés francês frans francese francuski franska",
        "es": "spanish spanisch espagnol español castellano spaans spagnolo espanhol hiszpański",
        "it": "italian italienisch italien italiano italiaans włoski",
        "pt": "portuguese portugiesisch portugais portugués português portoghese",
        "nl": "dutch niederländisch néerlandais holandés nederlands",
        "pl": "polish polnisch polonais polaco polski", "ru": "russian russisch russe ruso rosyjski русский",
        "uk": "ukrainian ukrainisch ukrainien ukraiński українська", "cs": "czech tschechisch čeština",
        "sk": "slovak slowakisch",
        "hu": "hungarian ungarisch", "ro": "romanian rumänisch roumain", "bg": "bulgarian",
        "el": "greek griechisch", "tr": "turkish türkisch turc türkçe", "ar": "arabic arabisch arabe árabe العربية",
        "he": "hebrew", "fa": "persian farsi", "hi": "hindi", "ur": "urdu", "bn": "bengali bangla", "pa": "punjabi",
        "gu": "gujarati", "mr": "marathi", "ta": "tamil", "te": "telugu", "kn": "kannada", "ml": "malayalam",
        "ne": "nepali", "si": "sinhala", "zh": "chino chinese mandarin cantonese chinesisch chinois 中文",
        "ja": "japanese japanisch japonais japonés", "ko": "korean", "vi": "vietnamese", "th": "thai",
        "id": "indonesian",
        "ms": "malay", "tl": "tagalog filipino", "sv": "swedish schwedisch suédois sueco svenska",
        "no": "norwegian norwegisch norvégien norsk", "da": "danish dänisch danois danés dansk",
        "fi": "finnish finnisch finnois suomi", "et": "estonian", "lv": "latvian", "lt": "lithuanian",
        "hr": "croatian kroatisch croate", "sr": "serbian serbisch serbe",
        "sl": "slovenian", "bs": "bosnian", "sq": "albanian", "ga": "irish gaeilge",
        "gd": "gaelic gàidhlig", "cy": "welsh",
        "ca": "catalan catalán català katalanisch",
        "eu": "basque", "gl": "galician", "sw": "swahili", "am": "amharic", "so": "somali", "yo": "yoruba",
        "ig": "igbo", "ha": "hausa", "af": "afrikaans", "ht": "creole", "hy": "armenian", "zu": "zulu isizulu",
        "xh": "xhosa isixhosa", "st": "sesotho sotho", "tn": "setswana", "wo": "wolof", "mi": "māori maori",
        "rw": "kinyarwanda", "mn": "mongolian", "kk": "kazakh", "km": "khmer", "lo": "lao", "my": "burmese",
        "ka": "georgian", "is": "icelandic isländisch islandais", "br": "breton",
        "ku": "kurdish kurdisch kurde kurmanji sorani", "tw": "twi", "ak": "akan", "la": "latin latein",
        "ti": "tigrinya", "ps": "pashto", "ln": "lingala", "sn": "shona", "mk": "macedonian mazedonisch",
        "be": "belarusian", "fy": "frisian", "qu": "quechua", "gn": "guaraní guarani", "mg": "malagasy",
        "uz": "uzbek", "az": "azerbaijani", "sm": "samoan", "eo": "esperanto", "fo": "faroese",
        "rm": "romanisch romansh rätoromanisch romansch rumantsch", "mt": "maltese", "lb": "luxembourgish",
    }.items()
    for name in names.split()
} | {"irish gaelic": "ga"}  # fmt: skip
_LOWER = ("isiZulu", "isiXhosa")
_LEVELS: tuple[tuple[LanguageLevel, str], ...] = (
    (_L.NATIVE,
        r"native|mother tongue|bilingual|first language|muttersprach\w*|langue maternelle|bilingue|materna"
        r"|nativ\w"
                r"|moedertaal|lingua madre|ojczyst\w+|modersmål|morsmål"),
    (_L.C2, r"\bc2\b|proficient user|mastery"),
    (_L.C1, r"\bc1\b|full professional|fluent\w*|advanced|business fluent|verhandlungssicher|fließend|courant|fluido"
            r"|excellent|very good|sehr gut|professional proficiency|near[- ]native"
        r"|vloeiend|flytande|flydende|fluente\b|biegl[ey]|płynni?e|clear and friendly|first[- ]rate"),
    (_L.B2,
        r"\bb2\b|upper[- ]intermediate|professional working|working proficiency|good|proficient|gut\b|strong"
        r"|professional"
            r"|business"),
    (_L.B1,
        r"\bb1\b|intermediate|conversational|conversation|working knowledge|limited working|mittel"
        r"|intermédiaire|intermedio|redelijk|średniozaawansowany|\bmedio\b"),
    (_L.A2,
        r"\ba2\b|basic|elementary|pre-intermediate|grundkenntnisse|notions|básico|everyday|some|school"
        r"|scolaire|a little|podstawow\w+|grundlagen|elementare|basiskennis|\bun peu\b"),
    (_L.A1, r"\ba1\b|beginner|learning|débutant|anfänger|rudimentary"),
)  # fmt: skip
_LEVEL = tuple((level, re.compile(rf"(?:{pattern})", re.IGNORECASE)) for level, pattern in _LEVELS)
_NAME = re.compile(rf"\b(?:{'|'.join(sorted(_CODES, key=len, reverse=True))})\b", re.IGNORECASE)
_SPOKEN = re.compile(
    r"\b(?:fluen\w+|native|bilingual|speak\w*|spoken|written|verbal|language\w*|proficien\w+"
    r"|conversational|mother tongue"
    r"|[abc][12]\b|in both|reading and writing|command of|interpret\w*|translat\w*)",
    re.IGNORECASE,
)
_CEFR = re.compile(r"\b[ABC][12]\b")
_STATED = re.compile(rf"\s*[,:(–—-]\s*(?:\w+ )?(?:{'|'.join(pattern for _, pattern in _LEVELS)})", re.IGNORECASE)
_MOTHER = re.compile(  # as Europass labels it
    r"(?:lingua madre|mother tongue|native language|langue maternelle|lengua materna|língua materna|muttersprache"
    r"|język ojczysty|moedertaal|modersmål)(?:\(s\)|s|n)?\s*:?\s*",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:both|beides?|tous les deux|ambos|entrambe)\b", re.IGNORECASE)
_BETWEEN = frozenset(
    ["and", "und", "et", "y", "e", "i", "en", "both", "beide", "sowie", "also", "level", "niveau", "&", "/", "+"]
)
_NOT_SPOKEN = re.compile(
    r"\b(?:teacher|lesson|literature|department|tutor|class|course|studies|degree|bsc|ba|degree in|teaching|history"
    r"|market|clients?|customers?|cuisine|restaurant|food|team|office|gaap|law|citizen\w*|passport|tax)\b",
    re.IGNORECASE,
)


def listed_languages(lines: Iterable[Line]) -> list[Language]:
    """The languages of a section for them: each with the level that stands beside it."""
    return _once(language for line in lines for language in _in(line, listed=True))


def is_language(text: str) -> bool:
    """Whether a text is the name of a language and nothing else."""
    return _NAME.fullmatch(text) is not None


def names_languages(text: str) -> bool:
    """Whether a short line tells which languages somebody speaks."""
    return any(name[0][0].isupper() or "(" in text for name in _NAME.finditer(text)) and bool(
        _SPOKEN.search(text) or any(pattern.search(text) for _, pattern in _LEVEL)
    )


def lists_languages(text: str) -> bool:
    """Whether a line names languages that somebody speaks, and hardly anything else."""
    if (mother := _MOTHER.match(text)) and _NAME.match(text, mother.end()):
        return True
    names = [name for name in _NAME.finditer(text) if name[0][0].isupper()]
    if not names:
        return False
    if names[0].start() == 0 and (_CEFR.search(text) or _STATED.match(text, names[0].end())):
        return True
    left = _NAME.sub(" ", text)
    levels = 0
    for _, pattern in _LEVEL:
        left, count = pattern.subn(" ", left)
        levels += count
    rest = [word for word in re.findall(r"[^\W\d_]+", left) if word.lower() not in _BETWEEN]
    return (levels > 0 or len(names) > 2) and len(rest) <= len(names)


def mentioned_languages(lines: Iterable[Line]) -> list[Language]:
    """Languages in running text: only where the words around say that they are spoken."""
    found = []
    for line in lines:
        for language in _in(line):
            at = language.span.start - line.start if language.span else 0
            near = line.text[max(at - 45, 0) : at + 45]
            if _SPOKEN.search(near) and not _NOT_SPOKEN.search(line.text[at : at + 25]):
                found.append(language)
    return _once(found)


def _in(line: Line, *, listed: bool = False) -> list[Language]:
    names = list(_NAME.finditer(line.text))
    found: list[Language] = []
    for n, name in enumerate(names):
        if name[0][0].islower() and name[0] not in _LOWER and not listed:
            continue
        before = line.text[names[n - 1].end() if n else 0 : name.start()]
        after = line.text[name.end() : names[n + 1].start() if n + 1 < len(names) else len(line.text)]
        level = _level(before, after)
        if level is None and listed:
            ends = n + 1 == len(names) and after.startswith(",")  # "Irish & English, native"
            last = re.split(r"[.;|(]", after)[0] if ends else ""
            level = _stated(_alone(line.text, name.start(), name.end()) or last)
        found.append(Language(_CODES[name[0].lower()], level, within(line, name.start(), name.end())))
    return _levelled(_shared(found, line.text, line.start)) if len(found) > 1 else found


def _shared(found: list[Language], text: str, start: int) -> list[Language]:
    """ "Romansh and German (native)": a level behind two names that a word joins is that of both."""
    shared = found[-1:]
    for one, other in reversed(list(pairwise(found))):
        between = text[one.span.end - start : other.span.start - start].strip() if one.span and other.span else "?"
        both = between.lower() in _BETWEEN or (between == "," and _BOTH.search(text) is not None)
        level = shared[0].level if one.level is None and both else one.level
        shared.insert(0, Language(one.code, level, one.span))
    return shared


def _alone(text: str, start: int, end: int) -> str:
    """The item of a list around a name, empty when it names another language as well: `inglés, B2; francés, A2`."""
    first = max(text.rfind(mark, 0, start) for mark in ";|•·") + 1
    stops = [at for mark in ";|•·" if (at := text.find(mark, end)) >= 0]
    item = text[first : min(stops, default=len(text))]
    return item if len(_NAME.findall(item)) == 1 else ""


def _stated(text: str) -> LanguageLevel | None:
    if (scale := _CEFR.search(text)) is not None:
        return LanguageLevel[scale[0]]
    return next((level for level, pattern in _LEVEL if pattern.search(text)), None)


def _level(before: str, after: str) -> LanguageLevel | None:
    """Behind the name up to the next separator, else in front of it."""
    behind = re.match(r"\s*(?:[•●○◦★☆]{2,}\s*)?(?:\([^)]*\)|[:–—-]?\s*[^,;.|•·(]*(?:\([^)]*\))?)", after)
    for text in (behind[0] if behind else "", re.split(r"[,;.|•·)]", before)[-1]):
        if (level := _stated(text)) is not None:
            return level
    return None


def _levelled(found: list[Language]) -> list[Language]:
    """ "Fluent English and Spanish": the level in front counts for the whole list."""
    level = found[0].level
    if level is None or any(language.level is not None for language in found[1:]):
        return found
    return [Language(language.code, level, language.span) for language in found]


def _once(languages: Iterable[Language]) -> list[Language]:
    best: dict[str, Language] = {}
    for language in languages:
        known = best.get(language.code)
        if known is None or (known.level or 0) < (language.level or 0):
            best[language.code] = language
    return list(best.values())
