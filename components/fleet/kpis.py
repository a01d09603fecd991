"""Render the key figures of all the PCEs of a view."""

from datetime import date

from dash.development.base_component import Component

from components.consumption.source import deposited_note
from components.fleet.labels import MANY, period_words, quantity, signed
from components.kit import Kpi, delta, digits_of
from core.i18n import _, number, percent, plural
from data.metering.consumption.types import DRIFTS, FleetEqual, FleetTotals, FleetView


def kpis(total: FleetTotals, equal: FleetEqual | None, view: FleetView, today: date) -> list[Kpi]:
    """Return consumption, its weather-corrected change, coverage and number of drifts."""
    mega = (total.energy_wh or 0) >= MANY
    period = period_words(view, today)
    change = total.face.percent
    raw: list[Component | str] = [period]
    if equal is not None and change is not None:
        raw = [delta(change), " ", _("sur les mêmes jours, {period}", period=period)]
    own = deposited_note(total.days_deposited)
    used = Kpi(_("Consommation"), *quantity(total.energy_wh, mega=mega), raw, own)
    return [used, _gap(total, equal, mega=mega), coverage(total), _drifting(total)]


def _gap(total: FleetTotals, equal: FleetEqual | None, *, mega: bool) -> Kpi:
    """Return the weather-corrected gap if known, else the raw one."""
    unit, gap_percent = "MWh" if mega else "kWh", equal.face.percent if equal else None
    if equal is not None and gap_percent is not None:
        gap_note = plural(
            "{gap} {unit}, pour {count} PCE dont la signature est fiable",
            "{gap} {unit}, pour {count} PCE dont la signature est fiable",
            equal.pces,
            gap=signed(equal.face.gap_wh, mega=mega),
            unit=unit,
        )
        return Kpi(_("À climat égal"), percent(gap_percent, digits_of(gap_percent)), None, gap_note)
    change = total.face.percent
    if change is None:
        gap_note = _("pas de comparaison possible à l’an dernier")
        return Kpi(_("Écart à l’an dernier"), "–", unit, gap_note)
    note: list[Component | str] = [
        delta(change),
        " ",
        _("sur les mêmes jours, sans correction climatique"),
    ]
    return Kpi(_("Écart à l’an dernier"), signed(total.face.gap_wh, mega=mega), unit, note)


def coverage(total: FleetTotals) -> Kpi:
    """Return the known days as a share of the expected ones."""
    covered = total.days_known / total.days_expected if total.days_expected else 0.0
    note = _("Aucun jour de cette période n’est encore attendu.")
    if total.days_expected:
        note = plural(
            "{count} PCE complet sur {all}, {known} jours connus sur {due}",
            "{count} PCE complets sur {all}, {known} jours connus sur {due}",
            total.complete,
            all=number(total.expected),
            known=number(total.days_known),
            due=number(total.days_expected),
        )
    if total.apart:
        note = f"{note}. {apart_words(total.apart)}"
    figure = number(100 * covered, 1)
    return Kpi(_("Couverture"), figure, _("% des jours-PCE"), note, meter=covered)


def apart_words(count: int) -> str:
    """Return how many PCEs have only published periods, which daily figures omit."""
    return plural(
        "{count} PCE ne se lit que par ses consommations publiées\u00a0: elles sont sur sa page, et"
        " ne sont pas comptées ici.",
        "{count} PCE ne se lisent que par leurs consommations publiées\u00a0: elles sont sur leur"
        " page, et ne sont pas comptées ici.",
        count,
    )


def _drifting(total: FleetTotals) -> Kpi:
    return Kpi(
        _("Écart brut de plus de {percent}\u202f%", percent=number(DRIFTS)),
        number(total.drifting),
        _("sur {count}", count=number(total.ranked)),
        plural(
            "{count} PCE comparable, sans correction climatique",
            "{count} PCE comparables, sans correction climatique",
            total.ranked,
        ),
    )
