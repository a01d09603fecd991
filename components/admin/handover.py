"""Render the handover of a person's belongings to a colleague."""

from dash import dcc
from dash.development.base_component import Component

from components.admin.ids import Ids
from components.admin.labels import owned_lines
from components.kit import alert, button, card, html, select_field
from core.i18n import _
from data.administration.people.types import Belongings, HandoverPreview, PersonDetail


def handing_card(person: PersonDetail) -> Component:
    """Return the card that lists what moves, before the handover."""
    owned = _list(person.belongings)
    none = html.P(_("Cette personne n’est responsable de rien."))
    return card(
        [
            *(owned or [none]),
            *(_heirs(person) if owned else _no_heir()),
            html.Div(handing_parts(), id=Ids.HANDING, className="stack", role="status"),
        ],
        title=_("Ce dont cette personne est responsable"),
        hint=_("avant un départ ou une absence"),
    )


def _list(owned: Belongings) -> list[Component]:
    lines = owned_lines(owned)
    return [html.Ul([html.Li(line) for line in lines], className="admin-owned")] if lines else []


def _no_heir() -> list[Component]:
    """Return the hidden fields of the form, which callbacks need on the page."""
    return [html.Div(_choice([], None), hidden=True)]


def _choice(options: list[tuple[str, str]], value: str | None) -> list[Component]:
    return [
        select_field(Ids.HEIR, _("Confier à"), options, value),
        button(_("Tout confier à cette personne"), id=Ids.HAND_OVER),
    ]


def _heirs(person: PersonDetail) -> list[Component]:
    if not person.heirs:
        none = _("Personne d’autre n’est actif dans l’organisation : invitez d’abord quelqu’un.")
        return [html.P(none, className="field-hint"), *_no_heir()]
    options = [(str(id_), name) for id_, name in person.heirs]
    hint = _(
        "Les imports terminés et les lignes du journal restent à son nom. Ses canaux et ses"
        " réglages personnels ne sont pas transférés."
    )
    return [
        html.Div(_choice(options, options[0][0]), className="admin-line"),
        html.P(hint, className="field-hint"),
    ]


def handing_parts(handing: HandoverPreview | None = None) -> list[Component]:
    """Return the handover summary to confirm, or why it is refused; empty without a recipient."""
    confirm = html.Div(
        button(_("Confier tout cela"), id=Ids.HANDED, kind="primary"),
        className="form-actions",
        hidden=handing is None or handing.unseen.total > 0,
    )
    heir_store = dcc.Store(id=Ids.HEIR_SAID, data=str(handing.heir_id) if handing else None)
    return [*([_handover_text(handing)] if handing else []), confirm, heir_store]


def _handover_text(handing: HandoverPreview) -> Component:
    if not handing.unseen.total:
        title = _("À confier à {name}", name=handing.heir)
        return alert(title, _list(handing.moved), "info")
    way_out = _(
        "Cette personne est limitée à des étiquettes et ne recevrait aucune de ces alertes."
        " Élargissez d’abord ses PCE visibles, ou choisissez quelqu’un d’autre."
    )
    title = _("{name} ne voit pas tous les PCE concernés", name=handing.heir)
    return alert(title, [*_list(handing.unseen), html.P(way_out)], "warn")
