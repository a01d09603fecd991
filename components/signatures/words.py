"""Where a signature is looked at, and why it tells nothing."""

from data.signatures.rules.reasons import reason_words

PATH = "/consommations/signature"

__all__ = ["PATH", "reason_words"]
