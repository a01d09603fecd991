"""Who may read which PCE, what of it, and until when: access rights."""
