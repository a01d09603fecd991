"""Types of a mail's contents."""

from collections.abc import Sequence

# Its subject, then its paragraphs; an address stands alone, so that readers make it a link.
Sentences = tuple[str, Sequence[str]]
