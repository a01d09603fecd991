"""Describe a right that only one side has, in a line."""

from collections.abc import Iterator, Sequence
from datetime import date

from components.mirror.labels import field_name, value_text
from components.rights.labels import span_text
from core.i18n import N_, _
from data.rights.rules.adict import FLAGS, TRUE

_LED = ("role_tiers", "etat_droit_acces")  # values that need no label
_SPANS = (
    ("date_debut_droit_acces", "date_fin_droit_acces", N_("droit {days}")),
    ("perim_donnees_conso_debut", "perim_donnees_conso_fin", N_("consommations {days}")),
    ("perim_donnees_inj_debut", "perim_donnees_inj_fin", N_("injections {days}")),
)
_PUT = {*_LED, *FLAGS.values(), *(name for *both, _words in _SPANS for name in both)}


def facts_text(field_facts: Sequence[tuple[str, str]]) -> str:
    """Format (ADICT field, value) pairs: role, state and end, days, then data."""
    return " · ".join(_facts(dict(field_facts)))


def _facts(values_by_field: dict[str, str]) -> Iterator[str]:
    yield from (value_text(values_by_field[name]) for name in _LED if name in values_by_field)
    for name, value in values_by_field.items():
        if name not in _PUT:
            yield _("{name} : {value}", name=field_name(name), value=value_text(value))
    for first, last, words in _SPANS:
        if first in values_by_field or last in values_by_field:
            yield _(
                words,
                days=span_text(_day(values_by_field.get(first)), _day(values_by_field.get(last))),
            )
    opened = [
        field_name(name).lower() for name in FLAGS.values() if values_by_field.get(name) == TRUE
    ]
    if opened:
        yield ", ".join(opened)


def _day(iso_day: str | None) -> date | None:
    return date.fromisoformat(iso_day) if iso_day else None
