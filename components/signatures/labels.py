"""Link to a signature, and describe why it is unreliable."""

from data.analysis.signatures.rules.reasons import reason_words

PATH = "/consommations/signature"

__all__ = ["PATH", "reason_words"]
