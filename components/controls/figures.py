"""Render the distributor's figures: delays, refusals, workload and campaigns."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dash.development.base_component import Component

from components import kit
from components.controls.campaign import STAGES
from components.controls.cockpit_query import CampaignQuery, write_asked
from components.controls.staff_ids import Ids
from components.kit import html
from components.rights.labels import span_text
from core.i18n import N_, PARIS, _, number, plural, share, short_day
from data.controls.rules.labels import MOTIVES
from data.controls.types import CampaignRow, DrawMethod, Motive, Service, Workload
from data.rights.types import ProofState

SPANS: Mapping[str, tuple[str, int]] = {
    "30d": (N_("30 jours"), 30),
    "90d": (N_("90 jours"), 90),
    "12m": (N_("12 mois"), 365),
}
USUAL = "90d"
_NAMED = 2  # third parties of a campaign shown by name
_WAYS: Mapping[DrawMethod, str] = {
    DrawMethod.SAMPLE: N_("échantillon"),
    DrawMethod.LIST: N_("liste"),
    DrawMethod.ONE: N_("un droit"),
    DrawMethod.UPSTREAM: N_("par le distributeur suivi"),
}


def span_of(value: str | None, today: date) -> tuple[date, date]:
    """Return the days of a period name, up to today."""
    days = SPANS[value if value and value in SPANS else USUAL][1]
    return today - timedelta(days=days - 1), today


def figures_page(service: Service, campaigns: Sequence[CampaignRow]) -> Component:
    spans = [(value, _(words)) for value, (words, _days) in SPANS.items()]
    return kit.page(
        _("Suivi des contrôles"),
        _("Voir si les preuves sont décidées à temps, et pourquoi elles sont refusées."),
        crumbs=[(_("Contrôle des preuves"), "/controles"), (_("Suivi"), None)],
        actions=[kit.button(_("Tirer un échantillon"), href="/controles?draw=1", icon="shuffle")],
        children=[
            html.Div(kit.segments(Ids.SPAN, _("Période"), spans, USUAL), className="desk-span"),
            html.Div(service_part(service), id=Ids.FIGURES, className="stack desk-figures"),
            kit.card(
                campaigns_table(campaigns),
                title=_("Campagnes"),
                hint=_("la graine permet de refaire le même tirage"),
                flush=True,
            ),
        ],
    )


def service_part(service: Service) -> list[Component]:
    """Return the content that depends on the period."""
    return [
        _kpis(service),
        kit.columns(
            kit.card(_motives(service.motives), title=_("Refus par motif"), flush=True),
            kit.card(_workload(service.workload), title=_("Charge"), flush=True),
            kind="1-1",
        ),
    ]


def _kpis(service: Service) -> Component:
    median = service.median_days
    decided = service.decisions
    return kit.kpi_strip(
        [
            kit.Kpi(
                _("Délai médian de décision"),
                "–" if median is None else number(median, 1),
                unit=None if median is None else _("jours"),
                note=_("du dépôt à la décision"),
            ),
            kit.Kpi(
                _("Décisions"),
                number(decided),
                note=plural("dont {count} validée", "dont {count} validées", service.accepted),
            ),
            kit.Kpi(
                _("Nouvelles pièces demandées"),
                number(service.resubmissions),
                note=share(service.resubmissions, decided) if decided else None,
            ),
            kit.Kpi(
                _("Refus"),
                number(service.rejected),
                note=plural(
                    "dont {count} sans preuve à temps",
                    "dont {count} sans preuve à temps",
                    service.late,
                ),
            ),
        ]
    )


def _motives(motives: Sequence[tuple[Motive, int]]) -> Component:
    if not motives:
        return kit.empty(
            "check2-circle", _("Aucun refus"), _("Aucune preuve n’a été refusée."), heading=3
        )
    every = sum(count for _motive, count in motives)
    rows: list[list[kit.Children]] = [
        [_(MOTIVES[motive]), number(count), _part(count, every)] for motive, count in motives
    ]
    head = [_("Motif"), _("Refus"), _("Part des refus")]
    return kit.table(head, rows, caption=_("Refus par motif"), numbers=(1,))


def _part(count: int, every: int) -> Component:
    share_label = html.Span(share(count, every), className="tabular")
    return html.Div([kit.meter(count / every), share_label], className="desk-part")


def _workload(workload: Sequence[Workload]) -> Component:
    rows: list[list[kit.Children]] = [
        [
            manager.owner or _("Personne"),
            number(manager.under_check),
            number(manager.awaited),
            number(manager.overdue),
        ]
        for manager in workload
    ]
    head = [_("Chargé de compte"), _("À vérifier"), _("Attendus"), _("dont dépassés")]
    return kit.table(head, rows, caption=_("Charge de chaque chargé de compte"), numbers=(1, 2, 3))


def campaigns_table(campaigns: Sequence[CampaignRow]) -> Component:
    if not campaigns:
        return kit.empty(
            "shuffle",
            _("Aucune campagne"),
            _("Tirez des droits au sort, ou nommez-les\u00a0: leurs tiers enverront une preuve."),
            heading=3,
        )
    head = [
        _("Ouverte le"), _("Par"), _("Demandeurs"), _("Tirage"), _("Graine"), _("Droits"),
        _("Échéance"), _("Attendus"), _("À vérifier"), _("Vérifiées OK"), _("Vérifiées KO"),
        _("Droit terminé"),
    ]  # fmt: skip
    return kit.table(
        head,
        [_campaign(campaign) for campaign in campaigns],
        caption=_("Campagnes de contrôle"),
        numbers=(4, 5, 7, 8, 9, 10, 11),
    )


def _campaign(campaign: CampaignRow) -> list[kit.Children]:
    """Return a row of a campaign, with links to its controls, in total and by state."""
    day = short_day(campaign.created_at.astimezone(PARIS).date())
    return [
        _to_controls(campaign, day, _busiest(campaign)),
        campaign.by or "–",
        _parties(campaign.third_parties),
        _draw(campaign),
        "–" if campaign.seed is None else str(campaign.seed),
        number(campaign.drawn),
        short_day(campaign.due_on),
        *(_to_controls(campaign, number(count), state) for state, count in campaign.states.items()),
        number(campaign.closed),
    ]


def _parties(names: Sequence[str]) -> kit.Children:
    """Return the two third parties with most rights, and the number of others."""
    names_label = ", ".join(names[:_NAMED]) or "–"
    others = len(names) - _NAMED
    if others <= 0:
        return names_label
    return plural(
        "{names} et {count} autre", "{names} et {count} autres", others, names=names_label
    )


def _draw(campaign: CampaignRow) -> kit.Children:
    """Return how the rights were selected: method, rate and filter."""
    draw_filter = campaign.draw_filter
    if draw_filter is None:
        return _(_WAYS[campaign.way])
    rate = share(float(campaign.rate), 100, len(campaign.rate.partition(".")[2]))
    labels = [f"{_(_WAYS[campaign.way])} {rate}"]
    if draw_filter.organisation_id is not None:
        labels.append(_("un seul demandeur"))
    if draw_filter.stage:
        labels.append(_(STAGES[draw_filter.stage]))
    if draw_filter.proofs != (None,):
        labels.append(
            _("déjà vérifiés OK") if None not in draw_filter.proofs else _("contrôlés ou non")
        )
    if draw_filter.declared_first or draw_filter.declared_last:
        days = span_text(draw_filter.declared_first, draw_filter.declared_last)
        labels.append(_("déclarés {days}", days=days))
    return " · ".join(labels)


def _busiest(campaign: CampaignRow) -> ProofState:
    """Return the first state with controls: to check, then awaited, then decided."""
    order = (ProofState.UNDER_CHECK, *ProofState)
    return next((state for state in order if campaign.states[state]), ProofState.UNDER_CHECK)


def _to_controls(campaign: CampaignRow, words: str, state: ProofState) -> kit.Children:
    if not campaign.states[state]:
        return words
    return kit.link(
        words, f"/controles{write_asked(CampaignQuery(campaign=campaign.uid, state=state))}"
    )
