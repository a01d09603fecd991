"""Render the restriction of a person to the PCEs of some tags."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.admin.ids import Ids
from components.kit import Children, aria, button, card, html
from core.access import OrganisationKind, Role
from core.i18n import _, number
from data.administration.people.types import PersonDetail, TagLimit

Tags = Sequence[tuple[str, int]]


def limit_field(tags: Tags, limit: TagLimit, error: Children = None) -> Component:
    """Return the field of tags, with the number of PCEs that the selection allows.

    Tags of `limit` that no PCE has any more are offered with 0.
    """
    gone = [(tag, 0) for tag in limit.tags if tag not in {known_tag for known_tag, _count in tags}]
    options = [{"value": tag, "label": f"{tag} ({number(count)})"} for tag, count in [*tags, *gone]]
    wrong = f"{Ids.TAGS}-error"
    none = _("Aucune étiquette n’est posée sur les PCE\u00a0: elles se posent depuis leur liste.")
    boxes = dbc.Checklist(
        id=Ids.TAGS, options=options, value=list(limit.tags), className="admin-tags"
    )
    return html.Fieldset(
        [
            html.Legend(_("Limiter aux PCE de ces étiquettes"), className="field-label"),
            *([] if options else [html.P(none, className="field-hint")]),
            html.Div(boxes, hidden=not options),
            html.P(reach_text(limit), id=Ids.REACH, className="field-hint", role="status"),
            html.P(error, className="field-error", id=wrong),
        ],
        className="admin-limit",
        **aria(describedby=wrong),
    )


def reach_text(limit: TagLimit) -> str:
    """Return the number of visible PCEs, such as `Voit 12 PCE sur 2 405`."""
    if not limit.tags:
        return _(
            "Sans étiquette\u00a0: voit tous les PCE, {all} aujourd’hui", all=number(limit.all)
        )
    return _("Voit {pces} PCE sur {all}", pces=number(limit.pces), all=number(limit.all))


def limit_card(person: PersonDetail) -> Component:
    notice = unlimited_text(person.row.role, person.row.kind)
    parts = [
        limit_field(person.tags, person.limit),
        *extra_address_hints(person.addresses),
        html.Div(
            button(_("Enregistrer ces étiquettes"), id=Ids.LIMIT, kind="primary"),
            className="form-actions",
        ),
    ]
    return card(
        [*([html.P(notice)] if notice else []), html.Div(parts, hidden=bool(notice))],
        title=_("PCE visibles"),
        hint=_("en vigueur dès la page suivante"),
    )


def extra_address_hints(addresses: Sequence[str]) -> list[Component]:
    """List the extra addresses that the restriction of this person also applies to."""
    if not addresses:
        return []
    hint_text = _(
        "La limite vaut aussi pour les adresses supplémentaires que cette personne a"
        " ajoutées\u00a0: {emails}.",
        emails=", ".join(addresses),
    )
    return [html.P(hint_text, className="field-hint")]


def unlimited_text(role: Role, kind: OrganisationKind) -> str:
    """Return why this person cannot be restricted to tags; empty if they can."""
    if kind is OrganisationKind.DISTRIBUTOR:
        return _("Le personnel du distributeur voit tous les PCE et ne peut pas être limité.")
    if role is Role.ADMINISTRATOR:
        return _(
            "Un administrateur voit tous les PCE de son organisation. Pour la limiter, donnez"
            " d’abord un autre rôle à cette personne."
        )
    return ""
