"""The queue, at the left: what is to be checked, and what may be done to the lines ticked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.controls.asked import BLOCK, MOST, Asked
from components.controls.words import count_text, deadline_chips, site_of, state_chip
from components.kit import Child, alert, aria, badge, button, chip, data, empty, html, icon
from data.controls.types import ControlRow, Manager, Proof, Verdict
from i18n import N_, _, number, plural

_TITLES = {
    "under_check": N_("À vérifier"),
    "awaited": N_("Attendues du client"),
    "accepted": N_("Vérifiées OK"),
    "rejected": N_("Vérifiées KO"),
}


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """The lines that are shown, of how many, and what proves each."""

    rows: Sequence[ControlRow]
    total: int
    proofs: Mapping[str, Proof]
    managers: Sequence[Manager]


def queue_column(facts: QueueFacts, asked: Asked) -> list[Component]:
    rows, total = facts.rows, facts.total
    head = html.Header(
        [html.H2([_(_TITLES[asked.state.value]), " ", badge(total)]), _help()],
        className="desk-head",
    )
    if not rows:
        return [head, _nothing(asked)]
    return [
        head,
        _many(facts.managers, decides=asked.state.value == "under_check"),
        html.Ol([_line(row, facts.proofs.get(row.uid)) for row in rows], className="desk-lines"),
        *_more(len(rows), total),
    ]


def _help() -> Component:
    return button(
        [icon("keyboard"), html.Span(_("Raccourcis clavier"), className="visually-hidden")],
        className="btn-icon",
        title=_("Raccourcis clavier"),
        **data(desk="help"),
    )


def _line(row: ControlRow, proof: Proof | None) -> Component:
    """A box to tick and a button to open; the script says which is open and which are ticked."""
    known = [row.number] if row.site else []  # else it is the name
    name, about = site_of(row), " · ".join([*known, row.holder or "–"])
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


def proof_facts(proof: Proof | None) -> dict[str, str]:
    """What proves a control, as the script takes it: what is chosen is told by its pieces."""
    return {"deposit": proof.deposit, "pieces": ", ".join(proof.names)} if proof else {}


def _who(row: ControlRow) -> Component:
    """Who it is asked of, cut first when there is no room, and who follows it."""
    asked = html.Span(row.third_party, className="desk-asked")
    follows = [html.Span(f" · {row.owner}", className="desk-follows")] if row.owner else []
    words = f"{row.third_party} · {row.owner}" if row.owner else row.third_party
    return html.Span([asked, *follows], className="desk-who", title=words)


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
    """Another piece came before the decision was told: it is to be judged, not the one before."""
    if not row.returned:
        return []
    title = _("Nouvelle pièce : la décision est annulée")
    return [alert(title, _("{who} a remplacé la pièce examinée.", who=row.third_party), "warn")]


def _more(shown: int, total: int) -> list[Component]:
    if shown >= min(total, MOST):
        left = total - shown
        if left <= 0:
            return []
        words = _(
            "Les {shown} premiers seulement\u00a0: filtrez pour voir les autres.", shown=shown
        )
        return [html.P(words, className="desk-quiet")]
    return [
        button(
            _("Voir la suite, {left} de plus", left=number(total - shown)),
            className="desk-more",
            **data(desk="more", limit=str(shown + BLOCK)),
        )
    ]


def _nothing(asked: Asked) -> Component:
    if asked.filtered:
        return empty(
            "funnel",
            _("Aucun contrôle ne correspond"),
            _("Élargissez les filtres, ou revenez à toute la file."),
            button(_("Effacer les filtres"), href="/controles", icon="x-lg"),
        )
    if asked.state.value == "under_check":
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
    """For the lines ticked; the script shows it, and says how many they are."""
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
        (Verdict.ACCEPT, _("Valider…")),
        (Verdict.AGAIN, _("Nouvelle pièce…")),
        (Verdict.REJECT, _("Refuser…")),
    )
    return [
        button(
            said,
            small=True,
            kind="danger" if verdict is Verdict.REJECT else "secondary",
            **data(desk="many", verdict=verdict.value),
        )
        for verdict, said in words
    ]


def owner_select(
    managers: Sequence[Manager], owner_id: int | None, label: str, *, many: bool = False
) -> Component:
    """To whom a control, or those ticked, are given."""
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
