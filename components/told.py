"""A sentence with the distributor's own words, French whatever one reads."""

from components.kit import Child, html
from data.told import Told


def said(told: Told) -> list[Child]:
    theirs = [html.Span(told.theirs, lang="fr")] if told.theirs else []
    return [told.before, *theirs, told.after]
