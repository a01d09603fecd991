"""Describe the source of a value, with a link to the receipt of a deposit if it is readable."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.kit import Child, aria, html, link
from components.kit.base import given_properties
from core.i18n import N_, _, plural, short_day
from data.metering.consumption.types import Revision, Saying
from data.provenance import DataSource

SOURCES: Mapping[DataSource, str] = {
    DataSource.DISTRIBUTOR: N_("Publié par le distributeur"),
    DataSource.STAFF: N_("Saisi par un agent du distributeur"),
    DataSource.OPERATOR: N_("Importé par l’exploitant du portail"),
    DataSource.DEPOSIT: N_("Déposé par une organisation"),
}


def source_text(saying: Saying) -> str:
    """Return « Déposé par Tilleuls le 24/11/2026, fichier releves.csv », as far as known."""
    if not saying.deposited or saying.at is None:
        return _(SOURCES[saying.source])
    return _(
        "Déposé par {organisation} le {day}, fichier {file}",
        organisation=saying.organisation,
        day=short_day(saying.at.date()),
        file=saying.file_name,
    )


def lowered(words: str) -> str:
    """Return `words` for use within a sentence; names keep their capitals."""
    return words[:1].lower() + words[1:]


def source_words(saying: Saying) -> list[Child]:
    """Return the source, with a link to the receipt."""
    if not saying.run_id:
        return [source_text(saying)]
    receipt = link(_("Voir le reçu"), f"/operations?run={saying.run_id}")
    return [source_text(saying), " · ", receipt]


def is_contested(revision: Revision, standing: Saying | None) -> bool:
    """Return whether a deposited value differs in source from the distributor's one in force."""
    return revision.saying.deposited and standing is not None and not standing.deposited


LETTER = "D"  # marks values deposited by an organisation, on charts and beside sums
LEGEND = N_("D Déposé par une organisation, pas par le distributeur")


def deposited_words(days: int) -> str:
    """Return how many days of a sum an organisation deposited; empty if none."""
    if not days:
        return ""
    return plural(
        "dont {count} jour déposé par une organisation",
        "dont {count} jours déposés par une organisation",
        days,
    )


def deposited_note(days: int) -> Component | None:
    """Return the letter of the charts and the number of deposited days, below a figure."""
    if not days:
        return None
    return html.Span([_letter(), " ", deposited_words(days)], className="source-note")


def deposited_mark(days: int) -> list[Child]:
    """Return the letter beside a table cell; its text is a tooltip, and for screen readers."""
    if not days:
        return []
    words = deposited_words(days)
    return [" ", _letter(title=words), html.Span(f" {words}", className="visually-hidden")]


def deposited_cell(text: str, days: int) -> object:
    """Return a cell for the grid renderer `KitText`, marked if it has deposited days."""
    return {"text": text, "source": LETTER, "title": deposited_words(days)} if days else text


def _letter(title: str | None = None) -> Component:
    return html.Span(
        LETTER, className="source-mark", **aria(hidden="true"), **given_properties(title=title)
    )
