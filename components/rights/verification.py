"""Render the distributor's verification of a declaration, for its staff only."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import Child, alert, button, data, definition_list, drawer_part, html, stack
from core.access import Permission, Viewer
from core.i18n import N_, _
from data.rights.types import DeclarationDoubt, RightDetail, RightState

_SAID: Mapping[DeclarationDoubt, str] = {
    DeclarationDoubt.ASKER: N_(
        "L’organisation qui se déclare titulaire n’a pas le nom du contrat."
    ),
    DeclarationDoubt.UNKNOWN: N_(
        "Le titulaire ou le code postal de ce PCE n’est pas connu : vérifiez-les auprès de lui"
        " avant de confirmer."
    ),
    DeclarationDoubt.NAME: N_("Le nom déclaré n’est pas celui du contrat."),
    DeclarationDoubt.POSTAL_CODE: N_("Le code postal déclaré n’est pas celui du PCE."),
    DeclarationDoubt.EMAIL: N_("L’adresse déclarée n’est celle d’aucun compte du titulaire."),
}


def verification_parts(viewer: Viewer, detail: RightDetail) -> list[Component]:
    """Return the differences and the two answers, for the distributor's staff only."""
    waits = detail.row.state is RightState.RECHECK
    if not (waits and viewer.staff and viewer.may(Permission.RIGHTS_SETTLE)):
        return []
    difference_items = [
        html.Li(_(sentence))
        for doubt_kind, sentence in _SAID.items()
        if doubt_kind in detail.doubts
    ]
    parts: list[Component] = [definition_list(compared_facts(detail)), _answers(detail)]
    if difference_items:
        lines = html.Ul(difference_items, className="rights-lines")
        parts.insert(0, alert(_("Ce qui diffère"), lines, "warn"))
    return [drawer_part(_("Vérifier le titulaire"), stack(parts))]


def compared_facts(detail: RightDetail) -> list[tuple[str, Child]]:
    """Return the declared values beside those of the contract."""
    row = detail.row
    facts: list[tuple[str, Child]] = [
        (_("Organisation qui demande"), row.third_party),
        (_("Titulaire déclaré"), row.holder or "–"),
        (_("Titulaire du contrat"), detail.expected_holder or _("inconnu")),
        (_("Code postal déclaré"), row.postal_code),
        (_("Code postal du PCE"), detail.expected_postal_code or _("inconnu")),
    ]
    if row.role.authorised:
        known_emails = ", ".join(detail.holder_emails) or _("aucune")
        facts += [
            (_("Adresse déclarée"), row.email or "–"),
            (_("Adresses connues du titulaire"), known_emails),
        ]
    return facts


def _answers(detail: RightDetail) -> Component:
    uid = detail.row.uid
    # A requester under another name is confirmed once more, with both names shown.
    gesture = "ask" if DeclarationDoubt.ASKER in detail.doubts else "confirm"
    act = "settle" if gesture == "ask" else "confirm"
    return html.Div(
        [
            button(
                _("C’est la même personne"),
                icon="check-lg",
                kind="primary",
                small=True,
                **data(rights=gesture, act=act, uid=uid),
            ),
            button(
                _("Ce n’est pas le titulaire"),
                icon="x-lg",
                kind="danger",
                small=True,
                **data(rights="confirm", act="deny", uid=uid),
            ),
        ],
        className="rights-acts",
    )
