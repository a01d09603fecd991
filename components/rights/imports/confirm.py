"""The fourth step: what will happen, before the one press that does it."""

from dash.development.base_component import Component

from components.kit import alert, button, card, data, definition_list, html
from components.rights.ids import Ids
from components.rights.imports.file import PURPOSES
from components.rights.imports.mapping import recognised
from components.rights.imports.steps import (
    Frame,
    Step,
    check_note,
    file_note,
    import_page,
    lines_note,
    listed,
    unchecked,
)
from components.rights.leaving import HERE, file_told
from data.mirror.types import Leaving
from data.rights.types import Counts, Preview, Purpose
from i18n import _, number, plural


def confirm_page(found: Preview, leaving: Leaving = HERE, a_day: int = 0) -> Component:
    """*a_day* is how many calls leave for the distributor in a day; 0: without limit."""
    counts = found.counts if found.checked else Counts(found.counts.lines)
    notes = {
        Step.FILE: file_note(found.file_name, counts.lines),
        Step.COLUMNS: recognised(found),
        Step.CHECK: check_note(counts) if found.checked else lines_note(counts.lines),
        Step.CONFIRM: plural("{count} ligne prête", "{count} lignes prêtes", counts.accepted),
        Step.FOLLOW: _("reçu et adresse permanente"),
    }
    return import_page(
        Frame(Step.CONFIRM, found.run_id, notes, back=True),
        [
            card(
                [
                    *unchecked(found),
                    alert(
                        _("Ce qui se passe à la confirmation"),
                        listed(_happens(found, leaving, a_day)),
                        "info",
                    ),
                    definition_list(_facts(found)),
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


def _facts(found: Preview) -> list[tuple[str, str]]:
    counts = found.counts if found.checked else Counts(found.counts.lines)
    return [
        (_("Ce que fait ce fichier"), _(PURPOSES[found.plan.purpose])),
        (_("Lignes prêtes"), number(counts.accepted)),
        (_("Déjà connues, laissées telles quelles"), number(counts.known)),
        (_("Laissées de côté, rendues en fichier"), number(counts.rejected + counts.waiting)),
    ]


def _happens(found: Preview, leaving: Leaving, a_day: int) -> list[str]:
    told = _(
        "Chaque titulaire reçoit un courriel pour tous ses sites, au prochain quart d’heure. Une"
        " ligne dont le nom, le code postal ou l’adresse n’est pas celui du contrat est d’abord à"
        " vérifier par le distributeur."
    )
    undone = _("Avant le départ des courriels, l’import entier peut être annulé.")
    if found.relayed:
        told = file_told(leaving, found.counts.accepted, a_day)
        undone = _(
            "Tant qu’aucun droit n’est parti, l’import entier peut être annulé ; ensuite, chaque"
            " droit s’annule dans la liste."
        )
        return [_declared(), told, undone]
    if found.plan.purpose is Purpose.HOLDINGS:
        told = _(
            "Le titulaire est votre organisation : aucun accord n’est demandé. Un nom ou un code"
            " postal qui n’est pas celui du contrat est d’abord à vérifier par le distributeur."
        )
        undone = _("Tant que rien n’en dépend, l’import entier peut être annulé.")
    return [
        _declared(),
        told,
        undone,
    ]


def _declared() -> str:
    return _("Les droits sont déclarés ; vous pouvez quitter la page, le suivi continue.")


def _confirm_text(count: int) -> str:
    return plural("Déclarer {count} droit", "Déclarer {count} droits", count)
