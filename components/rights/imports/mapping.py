"""Render the second step: the column mapping and the missing columns."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import alert, button, card, html, select_field, table, text_field
from components.rights.ids import Ids
from components.rights.imports.steps import Frame, ImportStep, file_note, import_page, unread_alerts
from components.rights.labels import ROLES as ROLE_WORDS
from core.i18n import N_, _, number, plural
from data.rights.rules.adict import FLAGS, ROLES
from data.rights.rules.columns import LABELS
from data.rights.types import DetectedColumn, ImportPreview, Purpose

COLUMN, USUAL = "rights-column", "rights-usual"  # {"type": …} of the fields of each column
IGNORED = "-"  # the browser shows no label for an empty value
# Fields that can have one value for all lines, unlike identifying fields.
OFFERED = (
    "role_tiers",
    "raison_sociale",
    "courriel_titulaire",
    "date_debut_droit_acces",
    "date_fin_droit_acces",
    "perim_donnees_conso_debut",
    "perim_donnees_conso_fin",
    *FLAGS.values(),
)


def columns_page(preview: ImportPreview) -> Component:
    notes = {
        ImportStep.FILE: file_note(preview.file_name, preview.counts.lines),
        ImportStep.COLUMNS: recognised_text(preview),
        ImportStep.CONFIRM: _("rien n’est encore créé"),
        ImportStep.FOLLOW: _("reçu et adresse permanente"),
    }
    return import_page(
        Frame(ImportStep.COLUMNS, preview.run_id, notes),
        [
            *_missing(preview),
            *_headless(preview),
            *unread_alerts(preview),
            _columns(preview),
            _usual(preview),
            _actions(),
        ],
    )


def recognised_text(preview: ImportPreview) -> str:
    """Return `17 lues sur 19`."""
    recognised_count = sum(bool(column.field) for column in preview.columns)
    return _(
        "{known} lues sur {all}", known=number(recognised_count), all=number(len(preview.columns))
    )


def _headless(preview: ImportPreview) -> list[Component]:
    """Return the alert of a file without header: the user must check the guessed columns."""
    if _named(preview):
        return []
    return [
        alert(
            _("Fichier sans en-tête : colonnes reconnues par leur contenu et leur ordre"),
            _("Sa première ligne est lue comme les autres. Vérifiez ce qu’est chaque colonne."),
            "warn",
        )
    ]


def _named(preview: ImportPreview) -> bool:
    return any(column.label for column in preview.columns)


def _missing(preview: ImportPreview) -> list[Component]:
    if not preview.missing:
        return []
    names = ", ".join(_(LABELS[name]) for name in preview.missing)
    title = plural("Il manque {count} colonne", "Il manque {count} colonnes", len(preview.missing))
    sentence = N_("{names} : indiquez la colonne.")
    if set(preview.missing) <= set(OFFERED):
        sentence = N_("{names} : indiquez la colonne, ou une valeur pour toutes.")
    text = _(sentence, names=names)
    return [alert(title, text, "warn")]


def _columns(found: ImportPreview) -> Component:
    options = [(IGNORED, _("ne pas lire")), *((name, _(word)) for name, word in LABELS.items())]
    rows = [_row(column, options) for column in found.columns]
    head = [_("Colonne"), _("En-tête du fichier"), _("Exemples"), _("Ce que c’est")]
    return card(
        table(head, rows, caption=_("Colonnes du fichier et ce qu’elles sont")),
        title=_("Colonnes du fichier"),
        hint=_("votre choix est retenu pour les prochains fichiers") if _named(found) else None,
        flush=True,
        className="column-mapping",
    )


def _row(column: DetectedColumn, options: list[tuple[str, str]]) -> list[Component | str]:
    label = _("Ce qu’est la colonne {letter}", letter=column.letter)
    choice = select_field(
        {"type": COLUMN, "place": column.place},
        label,
        options,
        column.field or IGNORED,
        hidden_label=True,
    )
    samples = " · ".join(column.sample) or "–"
    return [column.letter, column.label or "–", html.Span(samples, className="soft"), choice]


def _usual(preview: ImportPreview) -> Component:
    read = {column.field for column in preview.columns}
    missing_names = [name for name in OFFERED if name not in read]
    usual: Mapping[str, str] = preview.plan.usual
    fields = [_value(name, usual.get(name, "")) for name in missing_names]
    hint = _("pour ce qui n’est pas dans le fichier")
    if preview.plan.purpose is Purpose.HOLDINGS:
        hint = _("sans titulaire nommé, c’est votre organisation")
    return card(
        html.Div(fields, className="rights-pair"),
        title=_("Une valeur pour toutes les lignes"),
        hint=hint,
    )


def _value(name: str, text: str) -> Component:
    id_ = {"type": USUAL, "field": name}
    if name == "role_tiers":
        roles = [
            (IGNORED, _("le rôle habituel")),
            *((ROLES[role], _(ROLE_WORDS[role])) for role in ROLES),
        ]
        return select_field(id_, _(LABELS[name]), roles, text or IGNORED)
    return text_field(id_, _(LABELS[name]), value=text)


def _actions() -> Component:
    return html.Div(
        [
            button(_("Abandonner ce fichier"), id=Ids.DROP_IMPORT, kind="danger"),
            button(_("Contrôler les lignes"), id=Ids.MAP, kind="primary"),
        ],
        className="form-actions rights-form-actions",
    )
