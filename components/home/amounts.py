"""Write energies and money as the home pages do: short, and with their sign where it matters."""

from core.i18n import _, number
from data.metering.consumption.rules.spending import ATTO

FINE = 10  # euros: below, cents are shown
_MINUS = "\u2212"


def euro_figure(spent: int) -> str:
    """Return the number alone of an amount in 1e-18 €, with cents for small ones."""
    amount = abs(spent) / ATTO
    return number(amount, 2 if amount < FINE else 0)


def euros(spent: int) -> str:
    """Return `797 €`, whatever the sign."""
    return f"{euro_figure(spent)}\u00a0€"


def money(spent: int) -> tuple[str, str]:
    """Return an amount in 1e-18 € and its unit: `4,44` M€, `461` k€ or `797` €."""
    amount = spent / ATTO
    for least, size, unit, digits in ((1e6, 1e6, "M€", 2), (1e4, 1e3, "k€", 0)):
        if abs(amount) >= least:
            return number(amount / size, digits), unit
    return number(amount), "€"


def kwh(energy_wh: int) -> str:
    """Return `220 kWh`, whatever the sign."""
    return f"{number(abs(energy_wh) / 1000)}\u00a0kWh"


def signed(words: str, value: int) -> str:
    """Return `words` after the sign of `value`."""
    sign = "+" if value > 0 else _MINUS if value < 0 else ""
    return f"{sign}{words}"


def more_or_less(words: str, value: int) -> str:
    """Return `20 € de moins` or `20 € de plus`."""
    if value < 0:
        return _("{amount} de moins", amount=words)
    return _("{amount} de plus", amount=words)
