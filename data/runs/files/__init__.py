"""Deposited files: stored until they are read, and opened as untrusted."""

from data.runs.files.storage import Incoming, cleaned, folder_of, forget, read_kept

__all__ = ["Incoming", "cleaned", "folder_of", "forget", "read_kept"]
