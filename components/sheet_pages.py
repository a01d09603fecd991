"""Declare the pages on which a sheet fills a small table."""

from collections.abc import Mapping
from dataclasses import dataclass

from dash.development.base_component import Component

from components.kit import html, page
from components.sheets import deposit, files_of
from core.i18n import N_, _


@dataclass(frozen=True, slots=True)
class SheetPage:
    """The words of a page, and the label and address of the page above it."""

    kind: str  # of the sheet
    title: str
    purpose: str
    home: tuple[str, str]
    crumb: str
    rows: str  # label of the export of the current rows
    label: str
    hint: str


def sheet_page(kind: str) -> Component:
    """Return the page of the sheets of a kind of `PAGES`."""
    words = PAGES[kind]
    label, address = words.home
    return page(
        _(words.title),
        _(words.purpose),
        crumbs=((_(label), address), (_(words.crumb), None)),
        actions=files_of(kind, _(words.rows)),
        children=deposit(kind, _(words.label), _(words.hint)),
    )


def sheet_parts(kind: str) -> list[Component]:
    """Return the files and the deposit of a sheet, for the page of its rows."""
    words = PAGES[kind]
    files = html.Div(files_of(kind, _(words.rows)), className="form-actions")
    return [files, *deposit(kind, _(words.label), _(words.hint))]


_PAGES = (
    SheetPage(
        "factures",
        N_("Importer des factures"),
        N_("Saisir en une fois les factures de tous vos PCE, depuis un tableur."),
        (N_("Factures"), "/factures"),
        crumb=N_("Importer"),
        rows=N_("Mes factures"),
        label=N_("Feuille de factures"),
        hint=N_(
            "XLSX ou CSV, une facture par ligne : PCE, jours et kWh suffisent ; les index, le"
            " coefficient et le montant permettent plus de vérifications. La sorte est"
            " « Relevée » ou « Estimée » ; vide, elle est relevée."
        ),
    ),
    SheetPage(
        "budgets",
        N_("Importer des budgets"),
        N_("Saisir en une fois les budgets de tous vos PCE, depuis un tableur."),
        (N_("Budgets"), "/budgets"),
        crumb=N_("Importer"),
        rows=N_("Mes budgets"),
        label=N_("Feuille de budgets"),
        hint=N_(
            "XLSX ou CSV, un budget par ligne : exportez vos budgets, changez-les,"
            " redéposez-les. Sans étiquette ni PCE, il est de tous les PCE."
        ),
    ),
    SheetPage(
        "operat",
        N_("Surfaces et EFA"),
        N_("Décrire le site de chaque PCE, depuis un tableur."),
        (N_("Préparation OPERAT"), "/operat"),
        crumb=N_("Surfaces et EFA"),
        rows=N_("Mes PCE"),
        label=N_("Feuille des sites"),
        hint=N_("XLSX ou CSV, un PCE par ligne : exportez vos PCE, complétez-les, redéposez-les."),
    ),
    SheetPage(
        "valeurs-absolues",
        N_("Importer des valeurs absolues"),
        N_("Reprendre les valeurs des arrêtés, depuis un tableur."),
        (N_("Préparation OPERAT"), "/operat"),
        crumb=N_("Importer"),
        rows=N_("Valeurs saisies"),
        label=N_("Feuille de valeurs absolues"),
        hint=N_(
            "XLSX ou CSV, une valeur par ligne : catégorie d’activité, échéance, kWh/m² par an,"
            " jour depuis lequel elle vaut, arrêté. Une valeur d’un jour plus récent laisse"
            " l’ancienne aux années d’avant."
        ),
    ),
    SheetPage(
        "prix",
        N_("Importer des prix"),
        N_("Saisir en une fois les prix de tous vos PCE, depuis un tableur."),
        (N_("Prix du gaz"), "/prix"),
        crumb=N_("Importer"),
        rows=N_("Mes prix"),
        label=N_("Feuille de prix"),
        hint=N_("XLSX ou CSV, un prix par ligne : exportez vos prix, changez-les, redéposez-les."),
    ),
    SheetPage(
        "seuils",
        N_("Importer des seuils"),
        N_("Régler des centaines de PCE d’un coup, depuis un tableur."),
        (N_("Seuils"), "/seuils"),
        crumb=N_("Importer"),
        rows=N_("Mes seuils"),
        label=N_("Feuille de seuils"),
        hint=N_(
            "XLSX ou CSV, une ligne par PCE : exportez vos seuils, changez-les, redéposez-les."
        ),
    ),
    SheetPage(
        "meteo",
        N_("Déposer des températures"),
        N_("Donner les jours d’une ou de plusieurs stations, depuis un tableur."),
        (N_("Températures"), "/admin?part=weather"),
        crumb=N_("Déposer"),
        rows=N_("Jours conservés, sur un an"),
        label=N_("Feuille de températures"),
        hint=N_(
            "XLSX ou CSV, un jour d’une station par ligne : station, jour, moyenne, minimum,"
            " maximum, en °C. Un jour déjà connu est remplacé, un fichier déposé deux fois ne"
            " change rien."
        ),
    ),
    SheetPage(
        "stations",
        N_("Rattacher des PCE à des stations"),
        N_("Choisir en une fois la station de nombreux PCE, depuis un tableur."),
        (N_("Températures"), "/admin?part=weather"),
        crumb=N_("Rattacher"),
        rows=N_("Rattachements"),
        label=N_("Feuille de rattachements"),
        hint=N_(
            "XLSX ou CSV, un PCE par ligne : PCE et station. Sans station, le PCE suit de"
            " nouveau son code postal. Les résultats des PCE changés sont recalculés."
        ),
    ),
)
PAGES: Mapping[str, SheetPage] = {words.kind: words for words in _PAGES}
