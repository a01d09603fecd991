"""Render the search dialogue of the frame, and list the pages and actions that it finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dash.development.base_component import Component

from components.frame_keys import letters_switch
from components.kit import aria, data, html, icon, picker
from components.kit.picker import PickerRow
from core.access import Permission, Viewer
from core.i18n import N_, _
from data.metering.pces.rules import edits, folded
from data.metering.pces.types import PceRow

DIALOG = "frame-find"  # opened by assets/frame-search.js
_SURE = 5  # letters from which a word may hold a typing error


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A page or an action: its French name and other words for it, which `N_` marks.

    `several` keeps it from viewers of a single PCE, `own` from staff.
    """

    name: str
    href: str
    permission: Permission
    words: str = ""
    is_action: bool = False
    several: bool = False
    own: bool = False


DESTINATIONS: Sequence[Destination] = (
    Destination(name=N_("Accueil"), href="/", permission=Permission.PCES_READ),
    Destination(
        name=N_("Parc"),
        href="/consommations/parc",
        permission=Permission.CONSUMPTION_READ,
        words=N_("dérives sites à visiter carte"),
        several=True,
    ),
    Destination(
        name=N_("Consommation"),
        href="/consommations",
        permission=Permission.CONSUMPTION_READ,
        words=N_("graphique courbe kWh"),
    ),
    Destination(
        name=N_("Points de livraison"),
        href="/pces",
        permission=Permission.PCES_READ,
        words=N_("PCE compteurs sites liste étiquettes"),
    ),
    Destination(name=N_("Alertes"), href="/notifications", permission=Permission.NOTICES),
    Destination(
        name=N_("Seuils"),
        href="/seuils",
        permission=Permission.THRESHOLDS_READ,
        words=N_("limites dépassements"),
    ),
    Destination(
        name=N_("Prix du gaz"),
        href="/prix",
        permission=Permission.PRICES_READ,
        words=N_("coûts tarif abonnement taxes"),
    ),
    Destination(
        name=N_("Factures"),
        href="/factures",
        permission=Permission.PRICES_READ,
        words=N_("coûts contrôle vérifier"),
    ),
    Destination(
        name=N_("Budgets"),
        href="/budgets",
        permission=Permission.CONSUMPTION_READ,
        words=N_("coûts prévision plan"),
    ),
    Destination(
        name=N_("Travaux et économies"),
        href="/travaux",
        permission=Permission.CONSUMPTION_READ,
        words=N_("coûts rénovation chaudière isolation mesure"),
    ),
    Destination(
        name=N_("Préparation OPERAT"),
        href="/operat",
        permission=Permission.CONSUMPTION_READ,
        words=N_("décret tertiaire surface"),
    ),
    Destination(
        name=N_("Relevés"),
        href="/operations",
        permission=Permission.RUNS_READ,
        words=N_("fichiers déposés opérations"),
    ),
    Destination(
        name=N_("Exports"),
        href="/exports",
        permission=Permission.CONSUMPTION_EXPORT,
        words=N_("exporter télécharger tableur CSV XLSX Parquet historique"),
    ),
    Destination(
        name=N_("Droits d’accès"),
        href="/droits",
        permission=Permission.RIGHTS_READ,
        words=N_("tiers demandes autorisations"),
    ),
    Destination(
        name=N_("Qui lit vos données"),
        href="/droits/lecteurs",
        permission=Permission.RIGHTS_READ,
        words=N_("accès lecteurs tiers"),
        own=True,
    ),
    Destination(
        name=N_("Contrôle des preuves"), href="/controles", permission=Permission.CONTROLS_READ
    ),
    Destination(name=N_("Contrats"), href="/contrats", permission=Permission.CONTRACTS_READ),
    Destination(
        name=N_("Vues"),
        href="/vues",
        permission=Permission.CONSUMPTION_READ,
        words=N_("enregistrées favoris"),
    ),
    Destination(
        name=N_("Mon compte"),
        href="/compte",
        permission=Permission.ACCOUNT,
        words=N_("mot de passe langue préférences anglais français thème sombre clair SMS"),
    ),
    Destination(name=N_("Administration"), href="/admin", permission=Permission.PEOPLE_WRITE),
    Destination(
        name=N_("Déposer des relevés"),
        href="/operations",
        permission=Permission.READINGS_IMPORT,
        words=N_("importer un fichier index"),
        is_action=True,
    ),
    Destination(
        name=N_("Définir un seuil"),
        href="/seuils?new=1",
        permission=Permission.THRESHOLDS_WRITE,
        words=N_("me prévenir alerte limite nouveau créer ajouter seuils"),
        is_action=True,
    ),
    Destination(
        name=N_("Importer des droits"),
        href="/droits/import",
        permission=Permission.RIGHTS_DECLARE,
        words=N_("déclarer demander un accès plusieurs fichier"),
        is_action=True,
    ),
    Destination(
        name=N_("Saisir un tarif"),
        href="/prix?new=1",
        permission=Permission.PRICES_WRITE,
        words=N_("prix coût abonnement taxes nouveau ajouter"),
        is_action=True,
    ),
    Destination(
        name=N_("Comparer des sites"),
        href="/consommations/parc?view=all",
        permission=Permission.CONSUMPTION_READ,
        words=N_("courbes ensemble superposer"),
        is_action=True,
        several=True,
    ),
    Destination(
        name=N_("Vérifier une facture"),
        href="/factures?new=1",
        permission=Permission.PRICES_WRITE,
        words=N_("déposer Factur-X PDF nouvelle ajouter contrôler"),
        is_action=True,
    ),
    Destination(
        name=N_("Ajouter un budget"),
        href="/budgets?new=1",
        permission=Permission.BUDGETS_WRITE,
        words=N_("nouveau créer ajouter coûts prévision plan"),
        is_action=True,
    ),
    Destination(
        name=N_("Mesurer une économie"),
        href="/travaux?new=1",
        permission=Permission.RETROFITS_WRITE,
        words=N_("nouveaux ajouter travaux rénovation isolation"),
        is_action=True,
    ),
    Destination(
        name=N_("Déclarer un droit d’accès"),
        href="/droits?new=1",
        permission=Permission.RIGHTS_DECLARE,
        words=N_("nouveau demander un accès tiers"),
        is_action=True,
    ),
)


def search_opener() -> Component:
    """Return the button of the header that opens the dialogue."""
    return html.Div(
        html.Button(
            [
                icon("search"),
                html.Span(_("Site, page, action"), className="find-words"),
                html.Kbd("/", **aria(hidden="true")),
            ],
            type="button",
            className="find-opener",
            title=_("Chercher (/ ou Ctrl+K)"),
            **aria(haspopup="dialog", label=_title()),
            **data(finds=DIALOG),
        ),
        className="find-place",
    )


def search_dialog(viewer: Viewer, field_id: str, *, several: bool) -> Component:
    """Return the dialogue around the picker `field_id`, closed.

    `several` tells whether the viewer sees several PCEs.
    """
    field = picker(
        field_id,
        _title(),
        "",
        _("Site, adresse, étiquette, PCE, page"),
        rows=destination_rows(viewer, "", several=several),
        icon="search",
    )
    keys = (("↑ ↓", _("choisir")), (_("Entrée"), _("ouvrir")), (_("Échap"), _("fermer")))
    foot = [html.Span([html.Kbd(key), " ", act]) for key, act in keys]
    return html.Dialog(
        [field, html.Div([*foot, letters_switch()], className="find-keys")],
        id=DIALOG,
        className="find",
        **aria(label=_title()),
    )


def _title() -> str:
    return _("Chercher un site, une page ou une action")


def destination_rows(
    viewer: Viewer, text: str, *, several: bool, partly: bool = False
) -> list[PickerRow]:
    """Return the pages and actions that the viewer may open and that `text` names, as options.

    All of its words name them; `partly` returns those that most of its words name.
    """
    typed_words = folded(text[:80]).split()[:8]
    counts = {
        destination: _count_matches(destination, typed_words)
        for destination in DESTINATIONS
        if viewer.may(destination.permission)
        and (several or viewer.staff or not destination.several)
        and not (destination.own and viewer.staff)
    }
    needed = max(1, *counts.values()) if partly else len(typed_words)
    return [
        (destination.href, _(destination.name), _("Action") if destination.is_action else _("Page"))
        for destination, count in counts.items()
        if count == needed
    ]


def _count_matches(destination: Destination, typed_words: Sequence[str]) -> int:
    """Return how many typed words start a word of the place, but for one typing error."""
    searched_words = folded(
        f"{_(destination.name)} {_(destination.words) if destination.words else ''}"
    ).split()
    return sum(
        any(_starts(word, typed_word) for word in searched_words) for typed_word in typed_words
    )


def _starts(word: str, typed_word: str) -> bool:
    if word.startswith(typed_word):
        return True
    return len(typed_word) >= _SURE and edits(word[: len(typed_word)], typed_word) <= 1


def site_rows(rows: Sequence[PceRow]) -> list[PickerRow]:
    """Return PCEs as options: the address of its chart, its name, then number, city and holder."""
    return [
        (
            f"/consommations?{urlencode({'pce': row.number})}",
            row.alias or row.number,
            " · ".join(part for part in (row.number, row.city, row.holder) if part),
        )
        for row in rows
    ]
