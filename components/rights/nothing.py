"""In place of the grid, while the organisation has declared no right: what is so all the same."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import button, card, empty, html, stack
from components.rights.held_address import PATH
from components.rights.imports.file import TEMPLATE
from data.access import Permission, Viewer
from data.rights.types import ReaderOfOurs
from i18n import _, number


def nothing_yet(
    viewer: Viewer, readers: Sequence[ReaderOfOurs], managers: Sequence[tuple[str, str]]
) -> list[Component]:
    """Who may declare one; before that, who reads what the organisation holds."""
    title = _("Aucun droit d’accès déclaré pour l’instant")
    if readers:
        title = _("Votre organisation n’a déclaré aucun droit")
    return [*_readers(readers), card(empty("key", title, *_way_on(viewer, managers)))]


def _way_on(
    viewer: Viewer, managers: Sequence[tuple[str, str]]
) -> tuple[str, Sequence[Component] | Component]:
    if viewer.staff:
        return _("Aucune organisation n’a encore rien déclaré."), ()
    if viewer.may(Permission.RIGHTS_DECLARE):
        text = _(
            "Déclarez un premier point de livraison : le titulaire reçoit un courriel,"
            " et ses données vous sont ouvertes dès qu’il accepte."
        )
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
    if managers:
        name, email = managers[0]
        text = _("Un gestionnaire de votre organisation peut en déclarer ; vous les verrez ici.")
        words = _("Écrire à {name}", name=name)
        return text, button(words, href=f"mailto:{email}", icon="envelope", kind="primary")
    text = _(
        "Seul un gestionnaire peut en déclarer, et votre organisation n’en a pas : demandez-en le"
        " rôle à votre chargé de compte, chez le distributeur, ou à qui vous a ouvert ce compte."
    )
    words = _("Voir le compte à lui indiquer")
    return text, button(words, href="/compte", icon="person", kind="primary")


def _readers(readers: Sequence[ReaderOfOurs]) -> list[Component]:
    if not readers:
        return []
    items = [html.Li([html.B(one.name), " · ", _count(one.pces)]) for one in readers]
    see = button(_("Voir qui a lu quoi, répondre, retirer"), href=PATH, icon="eye", small=True)
    body = stack([html.Ul(items, className="rights-lines"), html.P(see, className="card-text")])
    return [card(body, title=_("Qui peut lire vos PCE aujourd’hui"))]


def _count(pces: int) -> str:
    return _("{count} PCE", count=number(pces))
