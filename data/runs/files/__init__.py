"""Deposited files: kept until they are read, and opened without trusting what is in them."""

from data.runs.files.kept import Incoming, cleaned, folder_of, forget, read_kept

__all__ = ["Incoming", "cleaned", "folder_of", "forget", "read_kept"]
