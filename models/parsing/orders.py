"""What people write to a program that is to judge them, in a few languages: patterns over small letters."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sign:
    """`words`: one of them is in every match, so that most texts need no search.

    `tellable`: somebody may write it of their work, and then other words of the sentence show it. `order`: it counts
    only as an imperative.
    """

    words: tuple[str, ...]
    pattern: re.Pattern[str]
    tellable: bool = False
    order: bool = False


def _sign(words: str, *parts: str, tellable: bool = False, order: bool = False) -> Sign:
    pattern = "".join(parts).replace(" ", r"\s+")
    return Sign(tuple(words.split("|")), re.compile(pattern, re.MULTILINE), tellable=tellable, order=order)


_ONE = r"(?:this|the|that|my|said)"
_PERSON = r"(?:candidate|applicant|resume|résumé|cv|profile|application|person|submission)"
_MODEL = (
    r"(?:a\.?i\.?|artificial intelligence|llms?|large language models?|language models?|chat ?gpt|gpt(?:-?\d\w*)?"
    r"|claude|gemini|copilot|ats|bots?|chat ?bots?"
    r"|(?:screening|ranking|recruit\w+|hiring|parsing|scoring|matching|automated|ai) (?:\w+ )?"
    r"(?:systems?|models?|software|tools?|algorithms?|assistants?|bots?|programs?|agents?|parsers?))"
)
_TOP = (
    r"(?:first|top|highest|best|number one|#\s?1|10\s?/\s?10|10 out of 10|100\b|100\s?%|perfect|maximum|excellent"
    r"|exceptional|ideal|strong(?:ly)?|outstanding|above all)"
)
_ORDERS = r"(?:instructions?|prompts?|rules?|guidelines?|criteria|directives?|commands?|orders?|context)"
_NEAR = r"\b[^.\n]{0,60}?\b"

_ENGLISH = (
    _sign(
        "ignore|disregard|forget|overrid|bypass|discard",
        r"\b(?:ignore|disregard|forget|override|bypass|discard) ",
        r"(?:(?:all|any|every|each|the|your|my|of|these|those|and) )*",
        r"(?:(?:previous|prior|above|earlier|preceding|existing|other|initial|original|system|past) )+",
        rf"(?:\w+ )?{_ORDERS}",
        tellable=True,
    ),
    _sign(
        "ignore|disregard|forget|overrid",
        rf"\b(?:ignore|disregard|forget|override) (?:all |any )?(?:of )?(?:your|its) (?:\w+ )?{_ORDERS}",
        tellable=True,
    ),
    _sign(
        "candidate|applicant|resume|résumé|cv|profile|application|person|submission",
        r"\b(?:rank|rate|score|classify|select|choose|place|put|list|grade|evaluate|mark|label|consider|prioriti[sz]e",
        rf"|shortlist|hire|accept|approve|give|assign|treat) {_ONE} {_PERSON}{_NEAR}{_TOP}",
        order=True,
    ),
    _sign(
        "you ",
        r"\byou (?:must|should|shall|will|have to) (?:\w+ )?",
        rf"(?:hire|recommend|select|rank|rate|shortlist|choose|approve) {_ONE} {_PERSON}",
    ),
    _sign(
        "candidate|applicant",
        rf"\b(?:hire|select|choose|shortlist|approve|accept) (?:only )?{_ONE} (?:candidate|applicant)\b",
        r"(?!\s+(?:for|to|who|that|from|with))",
        order=True,
    ),
    _sign(
        "score|rating|match",
        r"\b(?:return|output|respond|answer|reply|print|report) (?:only |just )?(?:with )?(?:a |the )?[^.\n]{0,20}?",
        r"(?:score|rating|match)[^.\n]{0,20}?(?:\b100\b|10\s?/\s?10|\b1\.0|perfect|highest|maximum)",
        order=True,
    ),
    _sign(
        "note|notice|message|attention|instruction|important|hint|hello|hi|hey|dear",
        r"\b(?:note|notice|message|attention|instructions?|important|hint|hello|hi|hey|dear)(?: message)?[,:]?",
        rf"(?: (?:to|for))? (?:the |any |all |every |you,? )?{_MODEL}",
        r"(?:\s+(?:that|who|which|reading|reviewing|screening|processing)\b|[:,!])",
    ),
    _sign(
        "if you",
        rf"\bif you(?:'re| are) (?:an? |the )?{_MODEL}\b[^.\n]{{0,80}}?",
        r"(?:you|please|must|should|rate|rank|ignore|recommend)",
    ),
    _sign(
        "as a|you are now|you are a helpful",
        rf"\b(?:as an?|you are now an?|you are a helpful) (?:{_MODEL}|assistant)\b[^.\n]{{0,60}}?",
        r"\b(?:you|must|should|rate|rank|rule)\b",
    ),
    _sign(
        "<|[inst|[/inst|##|system|assistant|{{|end of",
        r"<\|\s?(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|eot_id)[^>\n]{0,20}\|?>",
        r"|\[/?inst\]|<</?sys>>|^\s*#{2,} ?(?:instruction|system|response|assistant)s?\s?:?\s*$",
        r"|^\s*(?:system|assistant)(?: (?:prompt|message))?\s?:\s*(?:you|ignore|the|this|please|override)\b",
        r"|\{\{\s*(?:system|user|prompt|instruction)\w*\s*\}\}|\bbegin system prompt\b|\bend of (?:resume|cv|prompt)\b",
    ),
)
_OTHERS = (
    _sign(
        "ignorier|missacht|vergiss|vergessen",
        r"\b(?:ignorier\w*|missachte\w*|vergiss|vergessen) (?:sie )?(?:bitte )?",
        r"(?:(?:alle|sämtliche|die|deine|ihre|den) )*",
        r"(?:(?:vorherigen?|vorigen?|bisherigen?|obigen?|früheren?|vorangegangenen?|anderen?) )+",
        r"(?:anweisung\w*|instruktion\w*|befehl\w*|vorgabe\w*|regel\w*|prompts?)",
        tellable=True,
    ),
    _sign(
        "bewerber|kandidat|bewerbung|lebenslauf",
        r"\b(?:bewerte\w*|stufe\w*|setze\w*|wähle\w*|empfiehl|empfehlen|platziere\w*) (?:sie )?(?:bitte )?",
        r"(?:diese[nrs]?|de[nr]|die) (?:bewerber\w*|kandidat\w*|bewerbung|lebenslauf)\b[^.\n]{0,60}?",
        r"(?:best|höchst|erste|obers|perfekt|maximal|100|top)",
    ),
    _sign(
        "instruction|consigne|directive|règle",
        r"\bignore[zr]? (?:(?:toutes?|tous|les|vos|tes) )*(?:instructions?|consignes?|directives?|règles?)",
        r" (?:précédentes?|antérieures?|ci-dessus)",
        tellable=True,
    ),
    _sign(
        " ce",
        r"\b(?:class|not|évalu|recommand|plac|sélectionn)e[zr]? ce(?:tte)? (?:candidate?|candidature|cv|profil)\b",
        r"[^.\n]{0,60}?(?:premi|meilleur|maxim|parfait|100|haut)",
    ),
    _sign(
        "instrucciones|indicaciones|órdenes|reglas",
        r"\b(?:ignor[ae]|olvid[ae]|descart[ae])\w* (?:(?:todas?|todos?|las?|los|tus|sus) )*",
        r"(?:instrucciones|indicaciones|órdenes|reglas) (?:anteriores|previas)",
        tellable=True,
    ),
    _sign(
        "este|esta",
        r"\b(?:puntú|clasific|calific|evalú|recomiend|seleccion|coloc|pon|valor)\w* (?:a )?(?:este|esta) ",
        r"(?:candidat\w+|perfil|cv)\b[^.\n]{0,60}?(?:prim|mejor|máxim|perfect|100|alt)",
    ),
    _sign(
        "istruzioni|instruções",
        r"\bignor\w+ (?:(?:tutte|le|todas?|as|tuas|suas) )*(?:istruzioni|instruções) (?:precedenti|anteriores|prévias)",
        tellable=True,
    ),
    _sign(
        "negeer",
        r"\bnegeer (?:(?:alle|de|uw|je) )*(?:voorgaande|vorige|eerdere|bovenstaande) (?:instructies|opdrachten)",
        tellable=True,
    ),
    _sign(
        "zignoruj",
        r"\bzignoruj (?:wszystkie )?(?:poprzednie|wcześniejsze) (?:instrukcje|polecenia)",
        tellable=True,
    ),
)
SIGNS = (*_ENGLISH, *_OTHERS)
