"""Render how an account without any delivery point starts: what to do, one press each."""

from collections.abc import Iterator

from dash.development.base_component import Component

from components.contracts.labels import WAY
from components.kit import button, html, item, link
from components.rights.imports.file import TEMPLATE
from core.access import LIMITED, Permission, Viewer
from core.i18n import _
from data.rights.types import Purpose

OWN = "/droits?new=1&own=1"  # the form of a right, filled for the organisation's own point
_HOLDINGS = f"purpose={Purpose.HOLDINGS.value}"


def first_steps(viewer: Viewer) -> Component:
    """Return the steps; those that somebody else must take say who."""
    title = _("Aucun point de livraison pour l’instant")
    return html.Div(
        [
            html.H2(title, className="empty-title"),
            html.Ul(list(_steps(viewer)), className="item-list first-steps"),
        ]
    )


def _steps(viewer: Viewer) -> Iterator[Component]:
    if viewer.limited or not viewer.may(Permission.RIGHTS_DECLARE):
        note = _(LIMITED) if viewer.limited else _("Votre rôle ne permet pas d’en ajouter.")
        yield item("lock", "info", _("Un collègue en ajoute"), note, [])
        return
    if not viewer.bound:
        yield _contract(viewer)
    yield item(
        "plus-lg",
        "info",
        _("Ajouter votre point de livraison"),
        [
            _(
                "Ses 14 chiffres sont sur votre facture. Le distributeur vérifie que vous en êtes"
                " titulaire, puis ses relevés arrivent."
            ),
            " ",
            link(_("Plusieurs à la fois"), f"/droits/import?{_HOLDINGS}"),
            " · ",
            link(_("Modèle de liste"), f"{TEMPLATE}?format=xlsx&{_HOLDINGS}", download=True),
        ],
        [button(_("Ajouter"), href=OWN, icon="plus-lg", kind="primary")],
    )
    yield item(
        "person-check",
        "info",
        _("Lire le point d’un autre titulaire"),
        _("Il reçoit votre demande par courriel\u202f; vous lisez ses données dès qu’il accepte."),
        [button(_("Déclarer un droit"), href="/droits?new=1")],
    )
    if viewer.may(Permission.READINGS_IMPORT):
        yield item(
            "upload",
            "info",
            _("Déposer un fichier de relevés"),
            _("Dès qu’un point est à vous : classeur de l’Espace Client, JSON ou CSV."),
            [button(_("Ouvrir les dépôts"), href="/operations")],
        )


def _contract(viewer: Viewer) -> Component:
    may_write = viewer.may(Permission.CONTRACTS_WRITE)
    note = _("Sans contrat, aucun droit ne peut être déclaré et rien ne peut être exporté.")
    act = button(_("Préparer le contrat") if may_write else _("Voir le contrat"), href=WAY)
    return item("file-earmark-text", "warn", _("Le contrat de votre organisation"), note, [act])
