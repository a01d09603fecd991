"""Render the page of an organisation that has declared no right."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import button, card, empty, html, stack
from components.rights.imports.file import TEMPLATE
from components.rights.readers_query import PATH
from core.access import Permission, Viewer
from core.i18n import _, number
from data.rights.types import ReaderOfOurs


def nothing_yet(viewer: Viewer, readers: Sequence[ReaderOfOurs]) -> list[Component]:
    """Return the readers of the organisation's own PCEs, then how to declare a first right."""
    title = _("Aucun droit d’accès déclaré pour l’instant")
    if readers:
        title = _("Votre organisation n’a déclaré aucun droit")
    return [*_readers(readers), card(empty("key", title, *_way_on(viewer)))]


def _way_on(viewer: Viewer) -> tuple[str, Sequence[Component]]:
    """Return the next step, without actions for a viewer who cannot declare rights."""
    if viewer.staff:
        return _("Aucune organisation n’a encore rien déclaré."), ()
    text = _(
        "Déclarez un premier point de livraison : le titulaire reçoit un courriel, et vous lisez"
        " ses données dès qu’il accepte."
    )
    if not viewer.may(Permission.RIGHTS_DECLARE):
        return text, ()
    return text, [
        button(_("Déclarer un droit"), href="/droits?new=1", icon="plus-lg", kind="primary"),
        button(_("Importer un fichier"), href="/droits/import", icon="upload"),
        button(
            _("Télécharger le modèle"),
            href=f"{TEMPLATE}?format=xlsx",
            icon="download",
            download=True,
        ),
    ]


def _readers(readers: Sequence[ReaderOfOurs]) -> list[Component]:
    if not readers:
        return []
    items = [html.Li([html.B(reader.name), " · ", _count(reader.pces)]) for reader in readers]
    see = button(_("Voir qui a lu quoi, répondre, retirer"), href=PATH, icon="eye", small=True)
    body = stack([html.Ul(items, className="rights-lines"), html.P(see, className="card-text")])
    return [card(body, title=_("Qui peut lire vos PCE aujourd’hui"))]


def _count(pces: int) -> str:
    return _("{count} PCE", count=number(pces))
