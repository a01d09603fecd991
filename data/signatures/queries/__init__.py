"""Reading signatures: of one site, of what a chart shows, of all that are worth a visit."""

from data.signatures.queries.climate import with_climate
from data.signatures.queries.portraits import portrait

__all__ = ["portrait", "with_climate"]
