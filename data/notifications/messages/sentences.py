"""Types of a mail's contents."""

from collections.abc import Sequence

# Subject, then paragraphs; an address stands alone, so that mail clients make it a link.
Sentences = tuple[str, Sequence[str]]
