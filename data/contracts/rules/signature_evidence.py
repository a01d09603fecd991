"""Build the evidence of a signature from its stored record."""

from data.contracts.types import SignatureRow, Signing


def signing_of(row: SignatureRow) -> Signing:
    return Signing(
        party=row.party,
        name=row.name,
        function=row.function,
        email=row.email,
        at=row.at,
        address=row.address,
        method=row.method,
        consent=row.consent,
        number=row.number,
    )
