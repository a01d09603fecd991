"""What one side alone knows of a right, in a line."""

from collections.abc import Iterator, Sequence
from datetime import date

from components.mirror.words import field_name, value_text
from components.rights.words import span_text
from data.rights.rules.adict import FLAGS, TRUE
from i18n import N_, _

_LED = ("role_tiers", "etat_droit_acces")  # whose values say what they are
_SPANS = (
    ("date_debut_droit_acces", "date_fin_droit_acces", N_("droit {days}")),
    ("perim_donnees_conso_debut", "perim_donnees_conso_fin", N_("consommations {days}")),
    ("perim_donnees_inj_debut", "perim_donnees_inj_fin", N_("injections {days}")),
)
_PUT = {*_LED, *FLAGS.values(), *(name for *both, _words in _SPANS for name in both)}


def facts_text(known: Sequence[tuple[str, str]]) -> str:
    """Of (field of ADICT, value): role, state and its end, days, then the data that it opens."""
    return " · ".join(_facts(dict(known)))


def _facts(told: dict[str, str]) -> Iterator[str]:
    yield from (value_text(told[name]) for name in _LED if name in told)
    for name, value in told.items():
        if name not in _PUT:
            yield _("{name} : {value}", name=field_name(name), value=value_text(value))
    for first, last, words in _SPANS:
        if first in told or last in told:
            yield _(words, days=span_text(_day(told.get(first)), _day(told.get(last))))
    opened = [field_name(name).lower() for name in FLAGS.values() if told.get(name) == TRUE]
    if opened:
        yield ", ".join(opened)


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
