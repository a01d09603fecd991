"""The control of proofs: what a third party shows of a holder's consent, and what is decided."""
