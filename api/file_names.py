"""Decode the names of uploaded files as browsers encode them."""

import re

from werkzeug.datastructures import FileStorage

_ESCAPED = {"%0d": "\r", "%0a": "\n", "%22": '"'}  # by every browser, and no other character


def sent_name(part: FileStorage) -> str:
    """Return the name of a sent file, "" without one; its reader checks it."""
    name = part.filename or ""
    return re.sub("%0[da]|%22", lambda found: _ESCAPED[found[0].lower()], name, flags=re.IGNORECASE)
