"""Numbers of the invented delivery points of accounts that have none (ADR 0074)."""

SAMPLE = "EXEMPLE"  # how they begin: no form, file or API takes it for a PCE


def sample_number(organisation_id: int) -> str:
    """Return the number of an organisation's sample."""
    return f"{SAMPLE}{organisation_id:06d}"


def is_sample(number: str) -> bool:
    return number.startswith(SAMPLE)
