"""Whose word a value is, in words, with the receipt of a deposit for who may read it."""

from collections.abc import Mapping

from components.kit import Child, link
from data.consumption.types import Revision, Saying
from data.provenance import DataSource
from i18n import N_, _, short_day

SOURCES: Mapping[DataSource, str] = {
    DataSource.DISTRIBUTOR: N_("Publié par le distributeur"),
    DataSource.STAFF: N_("Saisi par un agent du distributeur"),
    DataSource.OPERATOR: N_("Importé par l’exploitant du portail"),
    DataSource.DEPOSIT: N_("Déposé par une organisation"),
}


def source_text(saying: Saying) -> str:
    """« Déposé par Tilleuls le 24/11/2026, fichier releves.csv », as far as it is known."""
    if not saying.deposited or saying.at is None:
        return _(SOURCES[saying.source])
    return _(
        "Déposé par {organisation} le {day}, fichier {file}",
        organisation=saying.organisation,
        day=short_day(saying.at.date()),
        file=saying.file_name,
    )


def lowered(words: str) -> str:
    """*words* within a sentence: names keep their capitals."""
    return words[:1].lower() + words[1:]


def source_words(saying: Saying) -> list[Child]:
    """The same, and the way to the receipt."""
    if not saying.run_id:
        return [source_text(saying)]
    receipt = link(_("Voir le reçu"), f"/operations?run={saying.run_id}")
    return [source_text(saying), " · ", receipt]


def is_contested(revision: Revision, standing: Saying | None) -> bool:
    """Whether a deposit stands beside what the distributor's side says."""
    return revision.saying.deposited and standing is not None and not standing.deposited
