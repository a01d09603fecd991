"""Parse the fields of declared works; each parser reports its own problem."""

from datetime import date, timedelta

from core.errors import Invalid
from core.i18n import N_
from core.unicode_safety import undirected
from data.metering.consumption.rules.view import EARLIEST, day_in
from data.metering.pces.rules import storable
from data.money.bills.rules.checks import amount_in
from data.money.retrofits.types import RetrofitKind

LONGEST_NAME = 120
LONGEST = timedelta(days=731)  # works of more than two years are a typing error


def name_in(text: str) -> str:
    """Return what was done, in a few words; raise Invalid."""
    name = " ".join(undirected(storable(text)).split())
    if not name:
        raise Invalid(N_("Écrivez ce qui a été fait, par exemple « Chaudière à condensation »."))
    if len(name) > LONGEST_NAME:
        raise Invalid(
            N_("Ces mots ont {count} signes : {most} au plus."),
            count=len(name),
            most=LONGEST_NAME,
        )
    return name


def kind_in(text: str) -> RetrofitKind:
    if text not in {kind.value for kind in RetrofitKind}:
        raise Invalid(N_("Choisissez de quels travaux il s’agit."))
    return RetrofitKind(text)


def work_day_in(text: str) -> date:
    day = day_in(text)
    if day is None:
        raise Invalid(N_("Donnez le jour du début et celui de la fin des travaux."))
    return day


def cost_in(text: str) -> int | None:
    """Parse euros to cents, None when empty; raise Invalid."""
    cents = amount_in(text)
    if cents is not None and cents < 0:
        raise Invalid(N_("Un coût n’est pas négatif : écrivez ce que les travaux ont coûté."))
    return cents


def check_work_days(started_on: date, finished_on: date, today: date) -> None:
    """Raise Invalid with the wrong `field` unless the works are over and of a plausible length."""
    if started_on < EARLIEST:
        raise Invalid(N_("Donnez un jour à partir du 01/01/2000."), field="started")
    if finished_on < started_on:
        raise Invalid(N_("Les travaux finiraient avant de commencer : inversez les jours."),
                      field="finished")  # fmt: skip
    if finished_on > today:
        raise Invalid(
            N_("Ces travaux ne sont pas finis : déclarez-les le jour de leur réception."),
            field="finished",
        )
    if finished_on - started_on > LONGEST:
        raise Invalid(
            N_("Ces travaux dureraient plus de deux ans : vérifiez leurs jours."), field="finished"
        )
