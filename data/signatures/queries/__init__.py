"""Reading signatures: of one site, of what a chart shows, of all that are worth a visit."""

from data.signatures.queries.climate import with_climate
from data.signatures.queries.portraits import portrait
from data.signatures.queries.ranking import year_ratios
from data.signatures.queries.visits import list_visits

__all__ = ["list_visits", "portrait", "with_climate", "year_ratios"]
