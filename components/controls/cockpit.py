"""The account manager's cockpit: the totals, then the queue, the piece and the check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from components.controls.asked import ALL, MINE, NOBODY, SORTS, Asked, export_address
from components.controls.dialogs import decision_dialogs
from components.controls.keys import help_dialog
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
    search_box,
    select_field,
)
from data.access import Viewer
from data.controls.types import ControlSort, Totals, Workload
from data.rights.types import ProofState
from i18n import N_, NARROW, _, number, plural

_SORTS: Mapping[ControlSort, str] = {
    ControlSort.DUE: N_("échéance"),
    ControlSort.SENT: N_("date de dépôt"),
    ControlSort.THIRD_PARTY: N_("demandeur"),
    ControlSort.OWNER: N_("chargé de compte"),
}
_SHELVES: Mapping[ProofState, str] = {
    ProofState.UNDER_CHECK: N_("À vérifier"),
    ProofState.AWAITED: N_("Attendues du client"),
    ProofState.ACCEPTED: N_("Vérifiées OK"),
    ProofState.REJECTED: N_("Vérifiées KO"),
}
QUEUE, PIECE, CHECK = "queue", "piece", "check"


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """What the cockpit opens on."""

    asked: Asked
    totals: Totals
    states: Mapping[ProofState, int]  # under the filters of the address
    workload: Sequence[Workload]
    third_parties: Sequence[tuple[int, str, int]]
    queue: Sequence[Component]
    piece: Sequence[Component]
    check: Sequence[Component]
    total: int  # lines that the filters find


def desk_page(viewer: Viewer, facts: DeskFacts) -> Component:
    return page(
        _("Contrôle des preuves"),
        _("Traiter la file chaque matin, de la plus pressée à la moins pressée."),
        actions=_actions(viewer, facts),
        children=[
            html.Div(totals_part(facts.totals), id=Ids.TOTALS),
            html.Div(id=Ids.LAST, className="desk-last", role="status"),
            _filters(facts),
            _desk(facts),
            *decision_dialogs(),
            help_dialog(),
            *_stores(facts.asked),
        ],
    )


def _actions(viewer: Viewer, facts: DeskFacts) -> list[Component]:
    return [
        button(_("Suivi"), href="/controles?view=figures", icon="graph-up"),
        html.Span(export_link(facts.asked, viewer, facts.total), id=Ids.EXPORT),
        button(
            _("Tirer un échantillon"), href="/controles?draw=1", icon="shuffle", kind="secondary"
        ),
    ]


def export_link(asked: Asked, viewer: Viewer, total: int) -> Component:
    """Takes away what the filters find, and says how many lines that is."""
    words = plural("Exporter {count} ligne", "Exporter {count} lignes", total)
    address = export_address(asked, viewer.user_id)
    return button(words, href=address, icon="download", download=True)


def totals_part(totals: Totals) -> list[Component]:
    """The sentence and the figures on top."""
    return [lead(_sentence(totals)), _figures(totals)]


def _sentence(totals: Totals) -> list[Component | str]:
    """As in `2 405 PCE soumis à contrôle, dont 230 en cours : 88 à vérifier, …`."""
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
    accepted, rejected = (totals.states[one] for one in (ProofState.ACCEPTED, ProofState.REJECTED))
    decided = accepted + rejected
    return kpi_strip(
        [
            Kpi(_("Contrôles ouverts depuis l’origine"), number(totals.controls)),
            Kpi(_("En attente du client"), number(totals.states[ProofState.AWAITED])),
            Kpi(
                _("En cours de vérification"),
                number(totals.states[ProofState.UNDER_CHECK]),
                note=plural("dont {count} à vous", "dont {count} à vous", totals.mine),
            ),
            Kpi(_("Vérifiées OK"), number(accepted), note=_share(accepted, decided)),
            Kpi(_("Vérifiées KO"), number(rejected), note=_share(rejected, decided)),
        ]
    )


def _share(part: int, whole: int) -> str | None:
    if not whole:
        return None
    share = f"{number(100 * part / whole, 1)}{NARROW}%"
    return _("{share} des décisions", share=share)


def _filters(facts: DeskFacts) -> Component:
    asked = facts.asked
    parties = [(str(id_), f"{name} ({number(count)})") for id_, name, count in facts.third_parties]
    return html.Div(
        [
            search_box(
                Ids.SEARCH, _("Chercher un contrôle"), _("Site, PCE, titulaire"), value=asked.text
            ),
            select_field(Ids.STATE, _("État"), state_options(facts.states), asked.state.value),
            select_field(Ids.OWNER, _("Suivi par"), owner_options(facts.workload), asked.owner),
            select_field(
                Ids.THIRD_PARTY,
                _("Demandeur"),
                [(ALL, _("tous")), *parties],
                asked.organisation or ALL,
            ),
            select_field(
                Ids.SORT,
                _("Tri"),
                [(sort.value, _(_SORTS[sort])) for sort in SORTS],
                asked.sort.value,
            ),
        ],
        className="list-filters desk-filters",
    )


def state_options(counts: Mapping[ProofState, int]) -> list[tuple[str, str]]:
    """Each state with its count."""
    return [
        (state.value, f"{_(word)} ({number(counts.get(state, 0))})")
        for state, word in _SHELVES.items()
    ]


def owner_options(workload: Sequence[Workload]) -> list[tuple[str, str]]:
    """Everybody, me, nobody, then each account manager with what is to be checked."""
    loads = [
        (str(one.owner_id), f"{one.owner} ({number(one.under_check)})")
        for one in workload
        if one.owner_id is not None and one.owner
    ]
    free = sum(one.under_check for one in workload if one.owner_id is None)
    return [
        (ALL, _("tous")),
        (MINE, _("moi")),
        (NOBODY, _("personne ({count})", count=number(free))),
        *loads,
    ]


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
    """On a phone the three columns are three steps; the script says where one is."""
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


def _stores(asked: Asked) -> list[Component]:
    sent = (Ids.MORE, Ids.ANSWERED, Ids.DECIDED, Ids.UNDONE, Ids.ASSIGNED, Ids.READ)
    empty = (*sent, Ids.ADDRESS, Ids.TOLD, Ids.RULED)
    return [
        dcc.Store(id=Ids.OPENED, data={"uid": asked.open, "n": 0}),
        *(dcc.Store(id=id_) for id_ in empty),
    ]
