"""Say what a work list amounts to: how many sites drift, and what that costs a year."""

from collections.abc import Mapping, Sequence

from components.consumption.sentence import Text, fill, slot
from components.fleet.labels import asked_text, euros, gap_words, more_euros, quantity, signed
from components.kit import html
from core.i18n import N_, _, number, plural
from data.analysis.signatures.types import WorkPage
from data.metering.consumption.types import DriftReason, DriftSort, Face, FleetRow, WorkList

REASONS: Mapping[DriftReason, str] = {
    DriftReason.EXPLAINED: N_("Cause trouvée"),
    DriftReason.PLANNED: N_("Intervention prévue"),
    DriftReason.EXPECTED: N_("Usage du site changé"),
    DriftReason.WRONG: N_("Données à corriger"),
}
UNITS: Mapping[DriftSort, str] = {
    DriftSort.EUROS: "€",
    DriftSort.KWH: "kWh",
    DriftSort.PERCENT: "%",
}


def units_of(page: WorkPage) -> dict[DriftSort, str]:
    """Return the units that drifts can be in: without euros where no site has a price."""
    is_priced = any(row.equal_cost is not None for row in (*page.work.drifts, *page.work.falls))
    return {by: sign for by, sign in UNITS.items() if is_priced or by is not DriftSort.EUROS}


def unit_of(page: WorkPage) -> DriftSort:
    """Return the unit of the view, the first one by default."""
    units = units_of(page)
    return page.view.by if page.view.by in units else next(iter(units))


def opening(page: WorkPage) -> list[Text]:
    """Return `58 sites dérivent : 43 540 € de plus par an, à climat égal`."""
    work = page.work
    if work.judged is None:
        return [_unjudged(page)]
    count = len(work.drifts)
    if not count:
        sentence = plural(
            "Aucun site ne dérive : {count} site est comparable à climat égal.",
            "Aucun site ne dérive : {count} sites sont comparables à climat égal.",
            work.judged.pces,
        )
        return [sentence, *_others(work)]
    parts: dict[str, Sequence[Text]] = {
        "sites": [html.B(plural("{count} site dérive", "{count} sites dérivent", count))],
        "amount": [html.B(amount_words(work.drifts))],
    }
    sentence = _(
        "{sites}\u00a0: {amount} de plus par an, à climat égal.",
        sites=slot("sites"),
        amount=slot("amount"),
    )
    return [*fill(sentence, parts), *_others(work)]


def _unjudged(page: WorkPage) -> str:
    """Return why no drift can be known: no site is listed, or none has a reliable signature."""
    view = page.view
    if not view.is_narrowed:
        return _(
            "Aucun site n’a encore de signature fiable : les dérives ne peuvent pas être évaluées."
        )
    if not page.sites:
        filters = asked_text(view) if view.holder is None else ""
        if not filters:
            return _("Aucun site ne correspond à ces filtres.")
        return _("Aucun site ne correspond à {filters}.", filters=filters)
    return plural(
        "Le site de ce filtre n’a pas encore de signature fiable : sa dérive n’est pas connue.",
        "Aucun des {count} sites de ce filtre n’a encore de signature fiable : leurs dérives ne"
        " sont pas connues.",
        page.sites,
    )


def _others(work: WorkList) -> list[Text]:
    """Return `Le reste du parc baisse de 2,6 %`, at equal climate."""
    rises = [row.equal for row in work.drifts if row.equal]
    judged = work.judged.face if work.judged else Face(0, 0, 0)
    rest = Face(
        judged.days,
        judged.this_wh - sum(face.this_wh for face in rises),
        judged.before_wh - sum(face.before_wh for face in rises),
    )
    if rest.percent is None or not round(rest.percent, 1):
        return []
    words = _("Le reste du parc\u00a0: {gap}.", gap=gap_words(round(rest.percent, 1)))
    return [html.Span(f" {words}", className="work-rest")]


def cost_of(rows: Sequence[FleetRow]) -> int | None:
    """Return what `rows` cost more a year, None unless each has a price."""
    costs = [row.equal_cost for row in rows]
    known_costs = [cost for cost in costs if cost is not None]
    return sum(known_costs) if len(known_costs) == len(costs) else None


def amount_words(rows: Sequence[FleetRow]) -> str:
    """Return what `rows` cost more a year in euros, else in kWh."""
    cost = cost_of(rows)
    if cost is not None:
        return f"{euros(cost)}\u00a0€"
    energy, unit = quantity(sum(row.equal.gap_wh for row in rows if row.equal))
    return f"{energy}\u00a0{unit}"


def drift_text(row: FleetRow, by: DriftSort) -> tuple[str, str]:
    """Return the drift of a row and its unit, empty where it is that of the column."""
    if row.equal is None:
        return "–", ""
    if by is DriftSort.PERCENT:
        return _more(row.equal.percent or 0), ""
    if by is DriftSort.KWH:
        return signed(row.equal.gap_wh), ""
    if row.equal_cost is None:
        return signed(row.equal.gap_wh), "kWh"
    return more_euros(row.equal_cost), ""


def _more(percent: float) -> str:
    return f"{'+' if percent > 0 else ''}{number(percent, 1)}"


def falls_words(page: WorkPage) -> str:
    """Return how many sites use less, of which the strongest falls are listed."""
    count = len(page.work.falls)
    if count == len(page.falls):
        return plural("{count} site en baisse", "{count} sites en baisse", count)
    return plural(
        "{count} site en baisse, dont les {shown} plus fortes baisses",
        "{count} sites en baisse, dont les {shown} plus fortes baisses",
        count,
        shown=number(len(page.falls)),
    )


def listed_words(page: WorkPage) -> list[str]:
    """Return how many sites are not listed, and why."""
    work = page.work
    judged = work.judged.pces if work.judged else 0
    usual = judged - len(work.drifts) - len(work.reviewed) - len(work.falls)
    unknown = page.sites - judged
    sentences = []
    if usual > 0:
        sentences.append(
            plural(
                "{count} site dans sa norme, non listé",
                "{count} sites dans leur norme, non listés",
                usual,
            )
        )
    if unknown > 0:
        sentences.append(
            plural(
                "{count} site non évalué\u00a0: trop peu de semaines, ou signature peu fiable",
                "{count} sites non évalués\u00a0: trop peu de semaines, ou signature peu fiable",
                unknown,
            )
        )
    return sentences
