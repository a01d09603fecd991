"""Describe an export: data, PCEs, date and progress."""

from collections.abc import Mapping
from datetime import datetime

from components.kit import StateLabel
from core.i18n import N_, _, clock, number, plural, short_day, size
from data.exports.rules import seconds_left
from data.exports.types import Content, ExportRow, ExportSpec, ExportState, FileKind, ScheduleRow

CONTENTS: Mapping[Content, tuple[str, str]] = {
    Content.DAILY: (N_("Jours"), N_("Relevés quotidiens")),
    Content.MONTHLY: (N_("Mois"), N_("Consommations mensuelles")),
    Content.PUBLISHED: (N_("Publiées"), N_("Consommations publiées")),
    Content.CONTRACTUAL: (N_("Contrat"), N_("Données contractuelles")),
    Content.TECHNICAL: (N_("Technique"), N_("Données techniques")),
    Content.OPERAT: ("OPERAT", N_("Tableaux croisés OPERAT")),
    Content.SAVINGS: (N_("Économies"), N_("Économies des travaux")),
    Content.SITE_YEAR: (N_("Année"), N_("Année d’un site")),
}
FILES: Mapping[FileKind, str] = {
    FileKind.CSV: "CSV",
    FileKind.XLSX: "XLSX",
    FileKind.NDJSON: "ADICT nd-json",
    FileKind.INTERNATIONAL: N_("CSV international"),
    FileKind.PARQUET: "Parquet",
    FileKind.REPORT: N_("Classeur avec graphiques"),
    FileKind.PDF: "PDF",
}
FILE_USES: Mapping[FileKind, str] = {
    FileKind.CSV: N_("Pour un tableur : point-virgule, virgule décimale."),
    FileKind.XLSX: N_("Pour un tableur : nombres et dates tels quels."),
    FileKind.NDJSON: N_("Les lignes que répond l’API ADICT, un objet JSON chacune."),
    FileKind.INTERNATIONAL: N_(
        "Pour pandas, DuckDB ou R, sans réglage : virgule, point décimal, dates ISO, UTF-8. Un"
        " PCE s’y écrit PCE-09999999900001, pour garder son zéro initial."
    ),
    FileKind.PARQUET: N_("Les valeurs du CSV international, typées et dix fois plus légères."),
    FileKind.REPORT: N_("Années, sites et mois d’un parc, avec leurs graphiques (XLSX)."),
}
STATES: Mapping[ExportState, StateLabel] = {
    ExportState.WAITING: StateLabel("En attente", "hourglass-split", "info"),
    ExportState.WORKING: StateLabel("En préparation", "arrow-repeat", "info"),
    ExportState.DONE: StateLabel("Prêt", "check-circle-fill", "ok"),
    ExportState.FAILED: StateLabel("Impossible", "x-circle-fill", "bad"),
    ExportState.GONE: StateLabel("Supprimé", "trash", "mute"),
}
CLOSED = StateLabel("Fermé", "lock-fill", "warn")
_MINUTE, _HOUR = 60, 3600


def title_of(export_request: ExportSpec) -> str:
    return _(CONTENTS[export_request.content][1])


def which_words(export_request: ExportSpec) -> str:
    choice = export_request.choice
    if choice.numbers is not None:
        return plural("{count} PCE choisi", "{count} PCE choisis", len(choice.numbers))
    if choice.filter.tags:
        return _("étiquette « {tag} »", tag=", ".join(choice.filter.tags))
    if choice.filter.text:
        return _("recherche « {text} »", text=choice.filter.text)
    return _("tous les PCE")


def file_words(export_request: ExportSpec) -> str:
    kind = _(FILES[export_request.file])
    return _("{kind}, un fichier par PCE (ZIP)", kind=kind) if export_request.file_per_pce else kind


def selected_pces_text(row: ExportRow) -> str:
    """Return the PCEs of an export; if some selected ones cannot be read, both counts."""
    numbers = row.spec.choice.numbers
    if numbers is None or not row.total or row.total >= len(numbers):
        return summary(row.spec)
    which = _("{read} PCE lisibles sur {all} choisis", read=row.total, all=len(numbers))
    return summary(row.spec, which)


def summary(wanted: ExportSpec, which: str = "") -> str:
    """Return `tous les PCE · du 01/01/2024 au 24/11/2026 · CSV`."""
    parts = [which or which_words(wanted)]
    if wanted.first and wanted.last:
        first, last = short_day(wanted.first), short_day(wanted.last)
        parts.append(_("du {first} au {last}", first=first, last=last))
    return " · ".join([*parts, file_words(wanted)])


def rows_words(count: int) -> str:
    return plural("{count} ligne", "{count} lignes", count)


def pces_words(count: int) -> str:
    return plural("{count} PCE", "{count} PCE", count)


def asked_words(row: ExportRow) -> str:
    when = clock(row.created_at)
    if row.scheduled:
        return _("Fait chaque mois pour {who}, demandé le {when}", who=row.who, when=when)
    return _("Demandé le {when} par {who}", when=when, who=row.who)


def problem_text(row: ExportRow) -> str:
    return _(row.problem[0], **row.problem[1]) if row.problem else ""


def export_outcome(row: ExportRow) -> str:
    """Return the outcome of an export in one sentence."""
    if row.problem is not None:
        return problem_text(row)
    if row.state is ExportState.WAITING:
        rows, octets = rows_words(row.expected_rows), size(row.expected_octets)
        return _("La préparation va commencer : environ {rows}, {size}.", rows=rows, size=octets)
    content_label = f"{pces_words(row.pces)} · {rows_words(row.rows)}"
    if row.state is ExportState.DONE and row.kept_until:
        return f"{content_label} · " + _("gardé jusqu’au {when}", when=clock(row.kept_until))
    if row.state is ExportState.GONE and not row.finished_at:
        return _("Supprimé avant d’être prêt.")
    return content_label


def progress_words(row: ExportRow, now: datetime) -> str:
    """Return `120 PCE sur 2 405 · 131 520 lignes · environ 12 s restantes`."""
    done = _("{done} sur {total}", done=pces_words(row.done), total=number(row.total))
    remaining_s = seconds_left(row, now)
    parts = [done, rows_words(row.rows), *([left_words(remaining_s)] if remaining_s else [])]
    return " · ".join(parts)


def left_words(seconds: int) -> str:
    if seconds < _MINUTE:
        return _("environ {count} s restantes", count=seconds)
    if seconds < _HOUR:
        return _("environ {count} min restantes", count=-(-seconds // _MINUTE))
    return _("environ {count} h restantes", count=-(-seconds // _HOUR))


def months_words(months: int) -> str:
    if months == 1:
        return _("le mois précédent")
    return _("les {count} mois précédents", count=months)


def schedule_words(row: ScheduleRow) -> str:
    """Return `le 10 de chaque mois · le mois précédent · tous les PCE · CSV`."""
    parts = [_("le {day} de chaque mois", day=row.day)]
    if row.spec.content.dated and row.spec.months:
        parts.append(months_words(row.spec.months))
    return " · ".join([*parts, which_words(row.spec), file_words(row.spec)])
