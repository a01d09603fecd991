"""Writing exports: parts to a file, one for all PCE or one a PCE in a ZIP; no database."""

from data.exports.files.archive import Target, target
from data.exports.files.kept import Draft, folder_of, forget, path_of

__all__ = ["Draft", "Target", "folder_of", "forget", "path_of", "target"]
