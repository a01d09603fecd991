"""Personal data archives."""

from data.administration.subjects.files.archive import write_archive
from data.administration.subjects.files.storage import (
    draft_in,
    folder_of,
    forget,
    keep,
    names_in,
    path_of,
)

__all__ = ["draft_in", "folder_of", "forget", "keep", "names_in", "path_of", "write_archive"]
