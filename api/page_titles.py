"""Compute the titles of pages."""

from flask import g

from api.context import portal


def tab(page: str) -> str:
    """Return the tab's title: `Consommations · Lycée des Tilleuls · Réseau Gaz`."""
    parts = (page, g.pop("heading", ""), portal().operator)
    return " · ".join(dict.fromkeys(part for part in parts if part))
