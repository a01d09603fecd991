"""Render how an account without any delivery point starts: what to do, one press each."""

from collections.abc import Iterator

from dash.development.base_component import Component

from components.colleagues import ask_by_role, sentence_of
from components.contracts.labels import WAY
from components.frame_user import posted
from components.kit import button, html, icon, item, link
from components.rights.imports.file import TEMPLATE
from core.access import LIMITED, Permission, Viewer
from core.i18n import _
from data.notifications.types import HelpSubject
from data.rights.types import Purpose

CLAIM = "/points"  # where an organisation asks for a point that it holds
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
    if viewer.limited:
        acts = ask_by_role(HelpSubject.POINTS)
        yield item("lock", "info", _("Un collègue en ajoute"), _(LIMITED), acts)
        return
    yield _own_point(viewer)
    if viewer.may(Permission.READINGS_IMPORT):
        yield item(
            "upload",
            "info",
            _("Déposer un fichier de relevés"),
            _("Dès qu’un point est à vous : classeur de l’Espace Client, JSON ou CSV."),
            [button(_("Ouvrir les dépôts"), href="/operations")],
        )
    if viewer.may(Permission.RIGHTS_DECLARE):
        yield from _others_points(viewer)
    if viewer.may(Permission.PCES_ADD):
        yield _sample()


def _own_point(viewer: Viewer) -> Component:
    """Return the first door: one's own point, by oneself or by a colleague."""
    title = _("Ajouter votre point de livraison")
    if not viewer.may(Permission.PCES_ADD):
        text = sentence_of((), HelpSubject.POINTS)
        return item("plus-lg", "info", title, text, ask_by_role(HelpSubject.POINTS))
    note = _("Son numéro, sur votre facture, et un index lu sur le compteur : c’est tout.")
    acts = [button(_("Ajouter"), href=CLAIM, icon="plus-lg", kind="primary")]
    return item("plus-lg", "info", title, note, acts)


def _others_points(viewer: Viewer) -> Iterator[Component]:
    """Yield how to read the points of other holders, and the contract that it takes."""
    if not viewer.bound:
        yield _contract(viewer)
    yield item(
        "person-check",
        "info",
        _("Lire le point d’un autre titulaire"),
        [
            _(
                "Il reçoit votre demande par courriel\u202f; vous lisez ses données dès qu’il"
                " accepte."
            ),
            " ",
            link(_("Plusieurs à la fois"), f"/droits/import?{_HOLDINGS}"),
            " · ",
            link(_("Modèle de liste"), f"{TEMPLATE}?format=xlsx&{_HOLDINGS}", download=True),
        ],
        [button(_("Déclarer un droit"), href="/droits?new=1")],
    )


def _sample() -> Component:
    """Return the last door: invented data, to see what the portal shows."""
    fill = html.Button(
        [icon("stars"), html.Span(_("Essayer"))], type="submit", className="btn btn-secondary"
    )
    return item(
        "stars",
        "info",
        _("Essayer avec un exemple"),
        _("Deux ans d’une boulangerie inventée, marqués comme exemple. Une pression les efface."),
        [posted("/exemple", "", [fill])],
    )


def _contract(viewer: Viewer) -> Component:
    may_write = viewer.may(Permission.CONTRACTS_WRITE)
    note = _("Sans contrat, aucun droit ne peut être déclaré et rien ne peut être exporté.")
    act = button(_("Préparer le contrat") if may_write else _("Voir le contrat"), href=WAY)
    return item("file-earmark-text", "warn", _("Le contrat de votre organisation"), note, [act])
