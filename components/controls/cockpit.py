"""Render the account manager's cockpit: totals, queue, piece and checklist."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from components.controls.cockpit_query import CampaignQuery, export_address
from components.controls.desk_filters import DeskCounts, desk_filters
from components.controls.dialogs import decision_dialogs
from components.controls.staff_ids import Ids
from components.kit import (
    Children,
    Kpi,
    aria,
    button,
    data,
    html,
    kpi_strip,
    lead,
    page,
)
from components.rights.pending import missing_strip
from core.access import Viewer
from core.i18n import _, number, plural, share
from data.controls.types import Totals
from data.rights.types import ProofState

QUEUE, PIECE, CHECK = "queue", "piece", "check"


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """Initial content of the cockpit."""

    queue_view: CampaignQuery
    totals: Totals
    counts: DeskCounts
    queue: Sequence[Component]
    piece: Sequence[Component]
    check: Sequence[Component]
    total: int  # rows that match the filters
    missing: bool = False  # the address opens a control that the viewer cannot see


def desk_page(viewer: Viewer, facts: DeskFacts) -> Component:
    return page(
        _("Contrôle des preuves"),
        _("Traiter la file chaque matin, en commençant par le plus urgent."),
        actions=_actions(viewer, facts),
        children=[
            *missing_strip(_("Ce contrôle est introuvable"), gone=facts.missing),
            html.Div(id=Ids.LAST, className="desk-last", role="status"),
            html.Div(totals_part(facts.totals), id=Ids.TOTALS, className="desk-totals"),
            desk_filters(facts.queue_view, facts.counts),
            _desk(facts),
            *decision_dialogs(),
            *_stores(facts.queue_view),
        ],
    )


def _actions(viewer: Viewer, facts: DeskFacts) -> list[Component]:
    return [
        button(_("Suivi"), href="/controles?view=figures", icon="graph-up"),
        html.Span(export_link(facts.queue_view, viewer, facts.total), id=Ids.EXPORT),
        button(
            _("Tirer un échantillon"), href="/controles?draw=1", icon="shuffle", kind="secondary"
        ),
    ]


def export_link(queue_view: CampaignQuery, viewer: Viewer, total: int) -> Component:
    """Return the export of filtered rows, with their number; none during impersonation."""
    if viewer.behind:
        return html.Span()
    words = plural("Exporter {count} ligne", "Exporter {count} lignes", total)
    if not total:
        return button(words, icon="download", disabled=True)
    address = export_address(queue_view, viewer.user_id)
    return button(words, href=address, icon="download", download=True)


def totals_part(totals: Totals) -> list[Component]:
    """Return the summary and the figures at the top."""
    strip = html.Div(
        _figures(totals),
        className="desk-strip",
        role="group",
        tabIndex="0",  # it scrolls sideways on a phone
        **aria(label=_("Les chiffres")),
    )
    waits = number(totals.to_do) if totals.to_do else ""
    return [html.Div(lead(_sentence(totals)), **data(waits=waits)), strip]  # count of the menu


def _sentence(totals: Totals) -> list[Component | str]:
    """Return `2 405 PCE soumis à contrôle, dont 230 en cours : 88 à vérifier, …`."""
    first = plural("{count} PCE soumis à contrôle", "{count} PCE soumis à contrôle", totals.pces)
    opened = plural("{count} contrôle en cours", "{count} contrôles en cours", totals.open)
    parts = [
        plural("{count} à vérifier", "{count} à vérifier", totals.states[ProofState.UNDER_CHECK]),
        plural(
            "{count} attendu du client",
            "{count} attendus du client",
            totals.states[ProofState.AWAITED],
        ),
    ]
    after = [
        plural(
            "{count} échéance d’ici dimanche", "{count} échéances d’ici dimanche", totals.this_week
        ),
        *(
            [plural("{count} dépassée", "{count} dépassées", totals.overdue)]
            if totals.overdue
            else []
        ),
    ]
    return [
        html.B(first),
        _(", dont "),
        html.B(opened),
        _("\u00a0: {parts}\u202f; {after}.", parts=", ".join(parts), after=", ".join(after)),
    ]


def _figures(totals: Totals) -> Component:
    accepted, rejected = (
        totals.states[state] for state in (ProofState.ACCEPTED, ProofState.REJECTED)
    )
    decided = accepted + rejected
    return kpi_strip(
        [
            Kpi(_("Contrôles depuis l’origine"), number(totals.controls)),
            Kpi(_("En attente du client"), number(totals.states[ProofState.AWAITED])),
            Kpi(
                _("En cours de vérification"),
                number(totals.states[ProofState.UNDER_CHECK]),
                note=plural(
                    "dont {count} à vous ou sans responsable",
                    "dont {count} à vous ou sans responsable",
                    totals.to_do,
                ),
            ),
            Kpi(_("Vérifiées OK"), number(accepted), note=_share(accepted, decided)),
            Kpi(_("Vérifiées KO"), number(rejected), note=_share(rejected, decided)),
        ]
    )


def _share(part: int, total: int) -> str | None:
    if not total:
        return None
    return _("{share} des décisions", share=share(part, total))


def _desk(facts: DeskFacts) -> Component:
    return html.Div(
        [
            _steps(),
            _column(Ids.QUEUE, QUEUE, _("File"), facts.queue),
            _column(Ids.PIECE, PIECE, _("Pièce"), facts.piece),
            _column(Ids.CHECK, CHECK, _("Vérification"), facts.check),
        ],
        id=Ids.DESK,
        className="card desk",
        **data(step=QUEUE),
    )


def _steps() -> Component:
    """Return the three columns as steps, for phones; the script marks the current one."""
    steps = ((QUEUE, _("File")), (PIECE, _("Pièce")), (CHECK, _("Vérification")))
    return html.Nav(
        [
            html.Button(
                words,
                type="button",
                className="btn desk-step",
                **data(desk="step", step=step),
            )
            for step, words in steps
        ],
        className="desk-steps",
        **aria(label=_("Étapes du contrôle")),
    )


def _column(id_: str, look: str, label: str, children: Children) -> Component:
    return html.Section(children, id=id_, className=f"desk-column desk-{look}", **aria(label=label))


def _stores(queue_view: CampaignQuery) -> list[Component]:
    sent = (Ids.MORE, Ids.ANSWERED, Ids.DECIDED, Ids.UNDONE, Ids.ASSIGNED, Ids.READ, Ids.WRITTEN)
    empty = (*sent, Ids.ADDRESS, Ids.TOLD, Ids.RULED)
    return [
        dcc.Store(id=Ids.OPENED, data={"uid": queue_view.open, "n": 0}),
        *(dcc.Store(id=id_) for id_ in empty),
    ]
