"""Control of proofs: the holder's consent that a third party shows, and the decision."""
