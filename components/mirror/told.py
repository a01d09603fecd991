"""A sentence, and in it the words of the distributor as they are: French, whatever one reads."""

from components.kit import Child, html
from data.mirror.types import Told


def said(told: Told) -> list[Child]:
    theirs = [html.Span(told.theirs, lang="fr")] if told.theirs else []
    return [told.before, *theirs, told.after]
