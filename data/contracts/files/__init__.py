"""The contract as octets: drawn, sealed, amended, checked, compared, proved; no database."""

from data.contracts.files.amending import amend, amendments_left
from data.contracts.files.checking import check
from data.contracts.files.clauses import clauses
from data.contracts.files.comparing import differences, words_between
from data.contracts.files.drawing import render
from data.contracts.files.evidence import check_evidence, evidence
from data.contracts.files.keys import KeySource, SealKey, has_key, pem_of, seal_key
from data.contracts.files.saying import said_of, worth_of
from data.contracts.files.sealing import seal

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
    "said_of",
    "seal",
    "seal_key",
    "words_between",
    "worth_of",
]
