"""Render the left column of the cockpit: the queue and its bulk actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.controls.cockpit_query import BLOCK, MOST, CampaignQuery
from components.controls.labels import count_text, deadline_chips, site_of, state_chip
from components.frame_keys import keys_button
from components.kit import Child, alert, aria, badge, button, chip, data, empty, html, icon
from core.i18n import N_, _, number, plural
from data.controls.types import ControlRow, ControlVerdict, JudgedProof, Manager

_TITLES = {
    "under_check": N_("À vérifier"),
    "awaited": N_("Attendues du client"),
    "accepted": N_("Vérifiées OK"),
    "rejected": N_("Vérifiées KO"),
}


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """The rows shown, their total, and the proof of each."""

    rows: Sequence[ControlRow]
    total: int
    proofs: Mapping[str, JudgedProof]
    managers: Sequence[Manager]


def queue_column(facts: QueueFacts, queue_view: CampaignQuery) -> list[Component]:
    rows, total = facts.rows, facts.total
    head = html.Header(
        [html.H2([_(_TITLES[queue_view.state.value]), " ", badge(total)]), keys_button()],
        className="desk-head",
    )
    if not rows:
        return [head, _nothing(queue_view)]
    return [
        head,
        _many(facts.managers, decides=queue_view.state.value == "under_check"),
        html.Ol([_line(row, facts.proofs.get(row.uid)) for row in rows], className="desk-lines"),
        *_more(len(rows), total),
    ]


def _line(row: ControlRow, proof: JudgedProof | None) -> Component:
    """Return a row with its checkbox and button; the script marks open and selected rows."""
    number_label = [row.number] if row.site else []  # else it is the name
    name, about = site_of(row), " · ".join([*number_label, row.holder or "–"])
    facts = data(uid=row.uid, version=str(row.version), **proof_facts(proof))
    return html.Li(
        [
            html.Button(
                icon("check", 14),
                type="button",
                role="checkbox",
                className="desk-tick",
                **aria(checked="false", label=_("Choisir {site}", site=name)),
                **data(desk="tick"),
            ),
            html.Button(
                [
                    html.Span(html.B(name, title=name)),
                    html.Span([html.Span(about, title=about), *_news(row)], className="desk-under"),
                    html.Span([_who(row), *_chips(row)], className="desk-under"),
                ],
                type="button",
                className="desk-open",
                **data(desk="open"),
            ),
        ],
        className="desk-line",
        **facts,
    )


def proof_facts(proof: JudgedProof | None) -> dict[str, str]:
    """Return the deposit and pieces of a control, used by the script to describe a selection."""
    return {"deposit": proof.deposit, "pieces": ", ".join(proof.names)} if proof else {}


def _who(row: ControlRow) -> Component:
    """Render the third party, truncated first if there is no room, and the owner."""
    party_label = html.Span(row.third_party, className="desk-asked")
    follows = [html.Span(f" · {row.owner}", className="desk-follows")] if row.owner else []
    words = f"{row.third_party} · {row.owner}" if row.owner else row.third_party
    return html.Span([party_label, *follows], className="desk-who", title=words)


def _chips(row: ControlRow) -> list[Component]:
    return deadline_chips(row) or [state_chip(row)]


def _news(row: ControlRow) -> list[Component]:
    words = plural("{count} message", "{count} messages", row.unread)
    replaced = chip(_("Pièce remplacée"), icon="arrow-counterclockwise", tone="warn")
    return [
        *([replaced] if row.returned else []),
        *([chip(words, icon="chat-left-text", tone="info")] if row.unread else []),
    ]


def returned_note(row: ControlRow) -> list[Component]:
    """Return the notice that a new piece cancelled a decision before it was published."""
    if not row.returned:
        return []
    title = _("Nouvelle pièce : la décision est annulée")
    return [alert(title, _("{who} a remplacé la pièce examinée.", who=row.third_party), "warn")]


def _more(row_count: int, total: int) -> list[Component]:
    if row_count >= min(total, MOST):
        remaining_count = total - row_count
        if remaining_count <= 0:
            return []
        words = _(
            "Les {shown} premiers seulement\u00a0: filtrez pour voir les autres.", shown=row_count
        )
        return [html.P(words, className="desk-quiet")]
    return [
        button(
            _("Voir la suite, {left} de plus", left=number(total - row_count)),
            className="desk-more",
            **data(desk="more", limit=str(row_count + BLOCK)),
        )
    ]


def _nothing(queue_view: CampaignQuery) -> Component:
    if queue_view.filtered:
        return empty(
            "funnel",
            _("Aucun contrôle ne correspond"),
            _("Élargissez les filtres, ou revenez à toute la file."),
            button(_("Effacer les filtres"), href="/controles", icon="x-lg"),
        )
    if queue_view.state.value == "under_check":
        return empty(
            "check2-circle",
            _("Rien à vérifier"),
            _(
                "Toutes les preuves transmises ont reçu une décision. Les prochaines viendront"
                " des tiers."
            ),
            button(_("Tirer un échantillon"), href="/controles?draw=1", icon="shuffle"),
        )
    return empty("inbox", count_text(0), _("Aucun contrôle n’est dans cet état."))


def _many(managers: Sequence[Manager], *, decides: bool) -> Component:
    """Return the actions on selected rows; the script shows it with their number."""
    return html.Div(
        [
            html.P(
                role="status",
                className="desk-many-count",
                **data(
                    one=_("{count} contrôle choisi", count="{count}"),
                    many=_("{count} contrôles choisis", count="{count}"),
                    hidden=_(", dont {count} hors de la liste", count="{count}"),
                ),
            ),
            *(_decisions() if decides else []),
            owner_select(managers, None, _("Attribuer les contrôles choisis"), many=True),
            button(_("Ne rien choisir"), kind="ghost", small=True, **data(desk="untick")),
        ],
        hidden=True,
        className="desk-many",
        role="group",
        **aria(label=_("Contrôles choisis")),
    )


def _decisions() -> list[Component]:
    words = (
        (ControlVerdict.ACCEPT, _("Valider…")),
        (ControlVerdict.AGAIN, _("Nouvelle pièce…")),
        (ControlVerdict.REJECT, _("Refuser…")),
    )
    return [
        button(
            label,
            small=True,
            kind="danger" if verdict is ControlVerdict.REJECT else "secondary",
            **data(desk="many", verdict=verdict.value),
        )
        for verdict, label in words
    ]


def owner_select(
    managers: Sequence[Manager], owner_id: int | None, label: str, *, many: bool = False
) -> Component:
    """Return the select of account managers that one or several controls can be assigned to."""
    options: list[Child] = [
        *([html.Option(_("Attribuer à…"), value="")] if many else []),
        html.Option(_("Personne"), value="0"),
        *(html.Option(manager.name, value=str(manager.id)) for manager in managers),
    ]
    return html.Select(
        options,
        className="form-select desk-owner",
        **aria(label=label),
        **data(
            desk="assign", many="yes" if many else "no", value="" if many else str(owner_id or 0)
        ),
    )
