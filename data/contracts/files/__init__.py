"""Contract documents as bytes: drawn, sealed, amended, checked; no database."""

from data.contracts.files.amendment import amend, amendments_left
from data.contracts.files.clauses import clauses
from data.contracts.files.evidence import check_evidence, evidence
from data.contracts.files.keys import KeySource, SealKey, has_key, pem_of, seal_key
from data.contracts.files.renderer import render
from data.contracts.files.seal_writer import seal
from data.contracts.files.validation_report import signature_value, statement_of
from data.contracts.files.verification import check
from data.contracts.files.version_diff import differences, words_between

__all__ = [
    "KeySource",
    "SealKey",
    "amend",
    "amendments_left",
    "check",
    "check_evidence",
    "clauses",
    "differences",
    "evidence",
    "has_key",
    "pem_of",
    "render",
    "seal",
    "seal_key",
    "signature_value",
    "statement_of",
    "words_between",
]
