"""Write exports: one file for all PCEs, or one for each in a ZIP; no database."""

from data.exports.files.storage import ExportDraft, folder_of, forget, path_of
from data.exports.files.writers import ExportTarget, target

__all__ = ["ExportDraft", "ExportTarget", "folder_of", "forget", "path_of", "target"]
