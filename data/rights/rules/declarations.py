"""Check a whole declaration: fields, then dates (domain.md §2.5, checks 11 to 16)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from operator import attrgetter

from core.i18n import N_
from data.rights.rules.adict import role_of
from data.rights.rules.fields import (
    BAD,
    CONFLICT,
    FieldReading,
    day_of,
    email_in,
    holder_in,
    kinds_in,
    limit,
    number_in,
    phone_in,
    postal_in,
    refuse_role,
)
from data.rights.types import (
    Declaration,
    DeclarationForm,
    DeclarationProblem,
    Delays,
    RightDataKind,
    RightRole,
)


def read_declaration(
    request: DeclarationForm, today: date, delays: Delays
) -> tuple[Declaration | None, tuple[DeclarationProblem, ...]]:
    """Return the declaration, or all problems of the form in the order of the checks."""
    terms = _terms(_asked_for(request), today, delays)
    reading = FieldReading(request, terms.role)
    number = number_in(reading)
    person, company = holder_in(reading)
    postal, email, phone = postal_in(reading), email_in(reading), phone_in(reading)
    limit(reading, "libelle_site", (0, "9000000000"))
    limit(reading, "finalite", (0, "9000000000"))
    site, purpose = reading.text("libelle_site"), reading.text("finalite")
    problems = (*reading.problems, *terms.problems)
    if problems:
        return None, tuple(sorted(problems, key=lambda problem: problem.check))
    supply, injection = terms.supply, terms.injection
    starts, ends = terms.validity
    return Declaration(
        number=number,
        role=terms.role,
        person=person,
        company=company,
        postal_code=postal,
        email=email,
        phone=phone,
        starts_on=starts,
        ends_on=ends,
        supply_first=supply[0],
        supply_last=supply[1],
        injection_first=injection[0],
        injection_last=injection[1],
        kinds=terms.kinds,
        site=site,
        consented_on=terms.consented,
        purpose=purpose,
    ), ()


Days = tuple[date | None, date | None]
_WHO = {
    *("id_pce", "nom_titulaire", "raison_sociale", "code_postal", "courriel_titulaire"),
    *("numero_telephone_mobile_titulaire", "libelle_site", "finalite"),
}
_WHAT = tuple(field.name for field in fields(DeclarationForm) if field.name not in _WHO)
_asked_for: Callable[[DeclarationForm], tuple[str, ...]] = attrgetter(*_WHAT)


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of a declaration, independent of its holder."""

    role: RightRole
    kinds: frozenset[RightDataKind]
    supply: Days
    injection: Days
    validity: Days
    consented: date | None
    problems: tuple[DeclarationProblem, ...]


@lru_cache(maxsize=1024)
def _terms(told: tuple[str, ...], today: date, delays: Delays) -> _Terms:
    """Parse the terms, cached since the lines of a file share them."""
    request = DeclarationForm(**dict(zip(_WHAT, told, strict=True)))
    role = role_of(request.role_tiers)
    reading = FieldReading(request, role or RightRole.AUTHORISED_SUPPLY)
    if role is None:
        refuse_role(reading)
    kinds = kinds_in(reading)
    supply, injection = _perimeters(reading)
    missing = (13, "9000000013") if reading.role.authorised else None
    validity = (
        reading.day("date_debut_droit_acces", missing, (13, "9000000013")),
        reading.day("date_fin_droit_acces", missing, (13, "9000000013")),
    )
    consented = reading.day("date_consentement", None, (0, "9000000000"))
    reading.problems += _incoherent(reading, validity, (supply, injection), today)
    reading.problems += _too_long(reading, validity, delays)
    problems = tuple(reading.problems)
    return _Terms(reading.role, kinds, supply, injection, validity, consented, problems)


def _perimeters(reading: FieldReading) -> tuple[Days, Days]:
    """Return the days of consumption or of injection, depending on the role."""
    asks = reading.role.authorised
    needs_supply = asks and not reading.role.injection
    needs_injection = asks and reading.role.injection
    supply = (
        reading.day(
            "perim_donnees_conso_debut",
            (11, "1000000041") if needs_supply else None,
            (11, "9000000011"),
        ),
        reading.day(
            "perim_donnees_conso_fin",
            (11, "9000000011") if needs_supply else None,
            (11, "9000000011"),
        ),
    )
    injection = (
        reading.day(
            "perim_donnees_inj_debut",
            (12, "9000000012") if needs_injection else None,
            (12, "9000000012"),
        ),
        reading.day(
            "perim_donnees_inj_fin",
            (12, "1000000048") if needs_injection else None,
            (12, "9000000012"),
        ),
    )
    _one_perimeter(reading)
    return supply, injection


def _one_perimeter(reading: FieldReading) -> None:
    supply = ("perim_donnees_conso_debut", "perim_donnees_conso_fin")
    injection = ("perim_donnees_inj_debut", "perim_donnees_inj_fin")
    for name in supply if reading.role.injection else injection:
        if reading.text(name):
            sentence = N_("Ce rôle n’a pas de période de cette sorte : laissez-la vide.")
            reading.refuse((12, "9000000012"), name, sentence)


def _incoherent(
    reading: FieldReading, validity: Days, perimeters: tuple[Days, Days], today: date
) -> Iterator[DeclarationProblem]:
    """Yield contradictions among dates, or with today (checks 14 and 15)."""
    starts, ends = validity
    own = (14, "9000000014")
    contradictions: list[tuple[bool, tuple[int, str], str, str]] = [
        (
            bool(starts and starts > today),
            own,
            "date_debut_droit_acces",
            N_("Le droit ne peut pas commencer après aujourd’hui."),
        ),
        (
            bool(ends and ends < today),
            own,
            "date_fin_droit_acces",
            N_("Le droit serait déjà fini : sa fin est avant aujourd’hui."),
        ),
    ]
    for (first, last), name in zip(perimeters, ("conso", "inj"), strict=True):
        contradictions += _perimeter_said(first, last, ends, today, name)
    for wrong, check, name, sentence in contradictions:
        if wrong:
            yield DeclarationProblem(*check, name, sentence, CONFLICT)
    consented = day_of(reading.text("date_consentement"))
    if consented and consented > today:
        sentence = N_("Le consentement ne peut pas dater d’après aujourd’hui.")
        yield DeclarationProblem(0, "9000000000", "date_consentement", sentence, BAD)


def _perimeter_said(
    first: date | None, last: date | None, ends: date | None, today: date, name: str
) -> list[tuple[bool, tuple[int, str], str, str]]:
    check = (15, "1000000022")
    debut, fin = f"perim_donnees_{name}_debut", f"perim_donnees_{name}_fin"
    return [
        (
            bool(first and first > today),
            check,
            debut,
            N_("Les données ne peuvent pas commencer après aujourd’hui."),
        ),
        (
            bool(first and last and last < first),
            check,
            fin,
            N_("Les données finiraient avant de commencer."),
        ),
        (
            bool(last and ends and last > ends),
            check,
            fin,
            N_("Les données ne peuvent pas finir après le droit lui-même."),
        ),
    ]


def _too_long(
    reading: FieldReading, validity: Days, delays: Delays
) -> Iterator[DeclarationProblem]:
    starts, ends = validity
    if not (delays.longest_years and starts and ends and reading.role.authorised):
        return
    if ends > years_after(starts, delays.longest_years):
        yield DeclarationProblem(
            16,
            "9000000016",
            "date_fin_droit_acces",
            N_("Un droit dure au plus {years} ans : il finirait trop tard."),
            CONFLICT,
            {"years": delays.longest_years},
        )


def years_after(day: date, years: int) -> date:
    """Return the same day `years` later; 28 February for a 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        if day.year + years > date.max.year:
            return date.max
        return day.replace(year=day.year + years, day=28)
