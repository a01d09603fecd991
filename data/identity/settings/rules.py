"""Rules of settings: bounds, stored text and values in force."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from core.errors import Invalid, NotFound
from core.i18n import LANGUAGES, N_
from core.pdf_fonts import refuse_unprintable
from core.unicode_safety import undirected
from data.identity.accounts.rules import address_in
from data.identity.settings.types import (
    Carbon,
    HeatingValue,
    Name,
    OperatorSettings,
    Passage,
    SettingsPart,
)

PARTS: Mapping[SettingsPart, tuple[Name, ...]] = {
    SettingsPart.IDENTITY: (Name.OPERATOR, Name.ADDRESS, Name.EMAIL, Name.PHONE),
    SettingsPart.RIGHTS: (Name.ANSWER_DAYS, Name.LONGEST_YEARS),
    SettingsPart.PROOFS: (
        Name.PROOF_DAYS,
        Name.PROOF_AGAIN_DAYS,
        Name.PROOF_GRACE_DAYS,
        Name.PROOF_UNDO_MINUTES,
    ),
    SettingsPart.EXPORTS: (Name.EXPORT_DAYS,),
    SettingsPart.CARBON: (Name.CO2_FACTOR, Name.CO2_BASIS, Name.CO2_SOURCE),
}
BOUNDS: Mapping[Name, tuple[int, int]] = {
    Name.ANSWER_DAYS: (1, 365),
    Name.LONGEST_YEARS: (0, 30),
    Name.PROOF_DAYS: (1, 250),
    Name.PROOF_AGAIN_DAYS: (1, 250),
    Name.PROOF_GRACE_DAYS: (0, 60),
    Name.PROOF_UNDO_MINUTES: (0, 1440),
    Name.EXPORT_DAYS: (1, 365),
}
LONGEST: Mapping[Name, int] = {
    Name.OPERATOR: 60,
    Name.ADDRESS: 200,
    Name.EMAIL: 254,
    Name.PHONE: 30,
    Name.CO2_SOURCE: 160,
}
NEEDED = frozenset({Name.OPERATOR, Name.CO2_SOURCE})
PRINTED = frozenset({Name.OPERATOR, Name.ADDRESS})  # on every contract
FACTORS = Decimal("0.01"), Decimal(1)  # kg CO₂e per kWh: bounds for any gas
PCS_PER_PCI = Decimal("1.11")  # of natural gas (Base Carbone: 0,2392 and 0,2154 of the same entry)
LONGEST_PASSAGE = 600
LONGEST_SIGNATURE = 300
_FOUND = 40  # characters of the input quoted in a message
_DIGITS = 6
_WHOLE = re.compile(r"[-+\u2212]?\d+", re.ASCII)
_FACTOR = re.compile(r"\d{1,3}(?:[.,]\d{1,5})?", re.ASCII)
_PHONE = re.compile(r"\+?[\d .()/-]{4,30}", re.ASCII)
_TAG = re.compile(r"<[/!?a-zA-Z]")  # as in browsers: `a < b` begins none
_GAP = re.compile(r"\n{3,}")
_BLANK = re.compile(r"\{[^{}\n]*\}")
_LINK = re.compile(r"(?:\bhttps?://|\bwww\.)[^\s<>«»\"'()\[\],;]+", re.IGNORECASE)


def keys() -> Iterator[str]:
    """Yield the keys of all settings."""
    yield from Name
    for passage in Passage:
        yield from (key_of(passage, language) for language in LANGUAGES)


def key_of(passage: Passage, language: str) -> str:
    return f"mail.{passage}.{language}"


def passage_of(key: str) -> tuple[Passage, str] | None:
    """Return the passage and language that `key` names; None when it names no mail text."""
    _mail, _dot, rest = key.partition("mail.")
    name, _dot, language = rest.partition(".")
    if name in set(Passage) and language in LANGUAGES:
        return Passage(name), language
    return None


def read(key: str, typed: str) -> str:
    """Return the stored form of `typed`. Raise Invalid, or NotFound for an unknown setting."""
    passage = passage_of(key)
    if passage:
        return _passage(passage[0], typed)
    if key not in set(Name):
        raise NotFound(N_("Ce réglage n’existe pas."))
    name = Name(key)
    if name in BOUNDS:
        return _whole_number(name, typed)
    return _READERS.get(name, _line)(name, typed)


def in_force(origin: OperatorSettings, stored: Mapping[str, str]) -> OperatorSettings:
    """Return `origin` overridden by the stored values that are still valid."""
    values, passages = dict[str, object](), dict(origin.passages)
    for key, text in stored.items():
        with suppress(Invalid, NotFound):  # stored by another version of the portal
            value = read(key, text)
            passage = passage_of(key)
            if passage:
                passages[passage] = value
            else:
                values[key] = _value(Name(key), value)
    changed: OperatorSettings = replace(origin, passages=passages, **values)  # type: ignore[arg-type]
    return changed


def text_of(values: OperatorSettings, key: str) -> str:
    """Return the stored form of a value of `values`; "" for an empty passage."""
    passage = passage_of(key)
    return values.passages.get(passage, "") if passage else str(getattr(values, key))


def factor_on(carbon: Carbon, basis: HeatingValue) -> Decimal:
    """Return the kg CO₂e per kWh on `basis`: a kWh PCI takes 1.11 kWh PCS of gas."""
    if carbon.basis is basis:
        return carbon.factor
    if basis is HeatingValue.PCS:
        return carbon.factor / PCS_PER_PCI
    return carbon.factor * PCS_PER_PCI


def co2_grams(energy_wh: int | None, carbon: Carbon) -> int | None:
    """Return the g CO₂e of an energy in Wh PCS, rounded; None when it is unknown."""
    return None if energy_wh is None else round(energy_wh * factor_on(carbon, HeatingValue.PCS))


def _value(name: Name, stored_text: str) -> object:
    if name in BOUNDS:
        return int(stored_text)
    if name is Name.CO2_FACTOR:
        return Decimal(stored_text)
    return HeatingValue(stored_text) if name is Name.CO2_BASIS else stored_text


def _whole_number(name: Name, typed: str) -> str:
    least, most = BOUNDS[name]
    digits = "".join(typed.split())
    if not _WHOLE.fullmatch(digits):
        raise Invalid(
            N_("« {found} » n’est pas un nombre entier : de {least} à {most}."),
            found=typed.strip()[:_FOUND],
            least=least,
            most=most,
        )
    if not (digits.isdigit() and len(digits) <= _DIGITS and least <= int(digits) <= most):
        raise Invalid(
            N_("{found} est hors des bornes : de {least} à {most}."),
            found=digits[:_FOUND],
            least=least,
            most=most,
        )
    return str(int(digits))


def _line(name: Name, typed: str) -> str:
    """Return one line without control characters. Raise Invalid when empty but required."""
    line = " ".join("".join(s if s.isprintable() else " " for s in undirected(typed)).split())
    if not line and name in NEEDED:
        raise Invalid(N_("Cette valeur ne peut pas être vide."))
    _check_length(line, LONGEST[name])
    _check_no_tag(line)
    if name in PRINTED:
        refuse_unprintable(line)
    return line


def _email(name: Name, typed: str) -> str:
    line = _line(name, typed)
    address = address_in(line) if line else ""
    if address is None:
        raise Invalid(N_("« {found} » n’est pas une adresse électronique."), found=line[:_FOUND])
    return address


def _phone(name: Name, typed: str) -> str:
    line = _line(name, typed)
    if line and not _PHONE.fullmatch(line):
        raise Invalid(
            N_("« {found} » n’est pas un numéro de téléphone : 01 99 00 12 34, par exemple."),
            found=line[:_FOUND],
        )
    return line


def _factor(_name: Name, typed: str) -> str:
    text, (least, most) = "".join(typed.split()), FACTORS
    if not _FACTOR.fullmatch(text):
        raise Invalid(
            N_(
                "« {found} » n’est pas un facteur : un nombre de kg CO₂e par kWh, à cinq décimales"
                " au plus, comme 0,2154."
            ),
            found=typed.strip()[:_FOUND],
        )
    factor = Decimal(text.replace(",", "."))
    if not least <= factor <= most:
        raise Invalid(N_("{found} kg CO₂e par kWh est hors des bornes : de 0,01 à 1."), found=text)
    return str(factor)


def _basis(_name: Name, typed: str) -> str:
    if typed not in set(HeatingValue):
        raise Invalid(N_("Choisissez sur quel pouvoir calorifique est compté ce facteur."))
    return typed


def _passage(passage: Passage, typed: str) -> str:
    """Return the cleaned lines of a mail text, with at most one empty line in a row."""
    lines = undirected(typed).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean_lines = ["".join(s if s.isprintable() else " " for s in line).strip() for line in lines]
    text = _GAP.sub("\n\n", "\n".join(clean_lines)).strip()
    _check_length(text, most_of(passage))
    _check_no_tag(text)
    _check_no_blank(text)
    return text


def foreign_hosts(text: str, address: str) -> tuple[str, ...]:
    """Return the hosts that the links of `text` lead to, except that of `address`, the portal.

    In lower case, each once; mail clients also make a link of `www.`.
    """
    own = _host(address)
    hosts = [_host(link) for link in _LINK.findall(text)]
    return tuple(host for host in dict.fromkeys(hosts) if host and host != own)


def _host(link: str) -> str:
    """Return the host of a link, without user and port."""
    rest = link.lower().partition("://")[2] or link.lower()
    place = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
    return place.partition(":")[0].rstrip(".")


def most_of(passage: Passage) -> int:
    """Return the maximum number of characters of a passage."""
    return LONGEST_SIGNATURE if passage is Passage.SIGNATURE else LONGEST_PASSAGE


def _check_length(text: str, most: int) -> None:
    if len(text) > most:
        raise Invalid(
            N_("Ce texte a {count} signes : {most} au plus."),
            count=len(text),
            most=most,
        )


def _check_no_tag(text: str) -> None:
    if _TAG.search(text):
        raise Invalid(N_("Pas de balise HTML : un courriel affiche ce texte tel quel."))


def _check_no_blank(text: str) -> None:
    blank = _BLANK.search(text)
    if blank:
        raise Invalid(
            N_(
                "« {found} » serait envoyé tel quel : aucun mot entre accolades n’est remplacé."
                " Écrivez le mot lui-même."
            ),
            found=blank[0][:_FOUND],
        )


_READERS: Mapping[Name, Callable[[Name, str], str]] = {
    Name.EMAIL: _email,
    Name.PHONE: _phone,
    Name.CO2_FACTOR: _factor,
    Name.CO2_BASIS: _basis,
}
