"""Render the fourth step: a summary and the confirmation button."""

from dash.development.base_component import Component

from components.kit import alert, button, card, data, definition_list, html
from components.rights.ids import Ids
from components.rights.imports.file import PURPOSES
from components.rights.imports.mapping import recognised_text
from components.rights.imports.steps import (
    Frame,
    ImportStep,
    check_note,
    file_note,
    import_page,
    lines_note,
    listed,
    unchecked_alerts,
)
from components.rights.upstream_effects import HERE, file_notice
from core.i18n import _, number, plural
from data.exchange.mirror.types import Leaving
from data.rights.types import ImportCounts, ImportPreview, Purpose


def confirm_page(preview: ImportPreview, leaving: Leaving = HERE, a_day: int = 0) -> Component:
    """Return the step; `a_day` limits daily calls to the distributor, 0 for no limit."""
    counts = preview.counts if preview.checked else ImportCounts(preview.counts.lines)
    notes = {
        ImportStep.FILE: file_note(preview.file_name, counts.lines),
        ImportStep.COLUMNS: recognised_text(preview),
        ImportStep.CHECK: check_note(counts) if preview.checked else lines_note(counts.lines),
        ImportStep.CONFIRM: plural("{count} ligne prête", "{count} lignes prêtes", counts.accepted),
        ImportStep.FOLLOW: _("reçu et adresse permanente"),
    }
    return import_page(
        Frame(ImportStep.CONFIRM, preview.run_id, notes, back=True),
        [
            card(
                [
                    *unchecked_alerts(preview),
                    alert(
                        _("Ce qui se passe à la confirmation"),
                        listed(_happens(preview, leaving, a_day)),
                        "info",
                    ),
                    definition_list(_facts(preview)),
                    html.Div(
                        [
                            button(_("Abandonner ce fichier"), id=Ids.DROP_IMPORT, kind="danger"),
                            button(
                                _confirm_text(counts.accepted),
                                id=Ids.CONFIRM_IMPORT,
                                kind="primary",
                                disabled=not counts.accepted,
                                **data(rights="once"),
                            ),
                        ],
                        className="form-actions rights-form-actions",
                    ),
                ],
                title=_("Confirmation"),
            )
        ],
    )


def _facts(preview: ImportPreview) -> list[tuple[str, str]]:
    counts = preview.counts if preview.checked else ImportCounts(preview.counts.lines)
    return [
        (_("Ce que fait ce fichier"), _(PURPOSES[preview.plan.purpose])),
        (_("Lignes prêtes"), number(counts.accepted)),
        (_("Déjà connues, laissées telles quelles"), number(counts.known)),
        (_("Laissées de côté, rendues en fichier"), number(counts.rejected + counts.waiting)),
    ]


def _happens(preview: ImportPreview, leaving: Leaving, a_day: int) -> list[str]:
    notice_sentence = _(
        "Chaque titulaire reçoit un courriel pour tous ses sites, au prochain quart d’heure. Une"
        " ligne dont le nom, le code postal ou l’adresse n’est pas celui du contrat est d’abord à"
        " vérifier par le distributeur."
    )
    undone = _("Avant le départ des courriels, l’import entier peut être annulé.")
    if preview.relayed:
        notice_sentence = file_notice(leaving, preview.counts.accepted, a_day)
        undone = _(
            "Tant qu’aucun droit n’est parti, l’import entier peut être annulé ; ensuite, chaque"
            " droit s’annule dans la liste."
        )
        return [_declared(), notice_sentence, undone]
    if preview.plan.purpose is Purpose.HOLDINGS:
        notice_sentence = _(
            "Le titulaire est votre organisation : aucun accord n’est demandé. Un nom ou un code"
            " postal qui n’est pas celui du contrat est d’abord à vérifier par le distributeur."
        )
        undone = _("Tant que rien n’en dépend, l’import entier peut être annulé.")
    return [
        _declared(),
        notice_sentence,
        undone,
    ]


def _declared() -> str:
    return _("Les droits sont déclarés ; vous pouvez quitter la page, le suivi continue.")


def _confirm_text(count: int) -> str:
    return plural("Déclarer {count} droit", "Déclarer {count} droits", count)
