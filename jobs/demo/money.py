"""Demo prices, bills, budgets, works, sites for OPERAT and notes, so that no page opens empty."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Role, Viewer
from core.database import Database
from core.paging import RowBlock
from data.analysis.marks.actions import annotate
from data.analysis.marks.types import AnnotationDraft, AnnotationKind
from data.metering.consumption.types import Unit
from data.metering.pces.queries import count_by_tag, list_pces
from data.metering.pces.rules import month_of
from data.metering.pces.types import PceFilter, PceFreshness, PceRow
from data.metering.prices import actions as prices
from data.metering.prices.queries import list_components, load_prices
from data.metering.prices.rules.checks import SCALE
from data.metering.prices.rules.costs import span_cost
from data.metering.prices.types import PriceDraft, PriceKind, PriceTarget, PriceUnit
from data.migrations import tables
from data.money.bills import actions as bills
from data.money.bills.types import BillDraft, Nature
from data.money.budgets import actions as budgets
from data.money.budgets.types import BudgetDraft
from data.money.operat import actions as operat
from data.money.operat.queries import list_values
from data.money.operat.rules.absolute import TARGETS
from data.money.operat.types import INVENTED, AbsoluteValue, SiteDraft
from data.runs.types import SheetSorted
from jobs.demo.contracts import SIGNERS
from jobs.demo.fleet import site
from jobs.demo.people import ACCOUNTS
from jobs.demo.plan import DemoPlan
from jobs.demo.retrofits import add_works
from jobs.demo.sites import DemoSite
from jobs.demo.surfaces import add_surfaces, area_of

DAY = timedelta(days=1)
BILLED_SITES, BILLED_MONTHS = 3, 4
BUDGETED_SITES = 2
EXCEEDING, ESTIMATED = (0, 0), (1, 1)  # bills since, and place of the site
UNIDENTIFIED = 2  # sites without SIREN, which OPERAT asks for
DECLARED_SITES = 40
_CATEGORIES = {
    "Écoles": "Enseignement",
    "Sport": "Sports",
    "Petite enfance": "Petite enfance",
    "Admin": "Bureaux – administrations publiques",
    "Culture": "Culture et spectacles",
    "Santé": "Santé",
    "Tertiaire": "Bureaux – administrations publiques",
    "Commerce": "Commerces",
    "Technique": "Ateliers et centres techniques",
    "Production": "Industrie",
    "Logistique": "Logistique",
    "Restauration": "Restauration",
}
_KWH_PER_M2 = {
    "Enseignement": 150,
    "Sports": 155,
    "Petite enfance": 165,
    "Bureaux – administrations publiques": 145,
    "Culture et spectacles": 140,
    "Santé": 170,
    "Commerces": 145,
    "Ateliers et centres techniques": 140,
    "Industrie": 148,
    "Logistique": 125,
    "Restauration": 180,
}
_SHARES = (100, 85, 70)  # percent of the value, at each target
_NOTES = (
    (40, 40, AnnotationKind.WORKS, "Régulation de la chaufferie réglée par l’exploitant", True),
    (75, 69, AnnotationKind.STOPPED, "Chauffage arrêté pour travaux", True),
    (150, 120, AnnotationKind.TENANTS, "Locaux occupés le soir par une association", False),
)


def add_money(database: Database, plan: DemoPlan, now: datetime) -> None:
    """Enter what each organisation would have entered itself, unless it has prices already."""
    with database.transaction() as db:
        unpriced = [v for v in _managers(db, plan) if not list_components(db, v)]
        sites = _sites(plan) if unpriced else {}
        for viewer in unpriced:
            _of_organisation(db, viewer, sites, now)
        _add_absolute_values(db, plan, now)


def _add_absolute_values(db: Session, plan: DemoPlan, now: datetime) -> None:
    """Enter absolute values as the distributor's administrator would, unless there are some."""
    roles = {account.email: account.role for account in ACCOUNTS}
    for viewer in _viewers(db, plan, roles):
        if viewer.may(Permission.SETTINGS_WRITE) and not list_values(db, viewer):
            operat.keep_values(db, viewer, SheetSorted(tuple(_absolute_values())), now)


def _absolute_values() -> Iterator[AbsoluteValue]:
    """Yield a value of each category and target, all invented: orders give the real ones."""
    for category, kwh in _KWH_PER_M2.items():
        for target, share in zip(TARGETS, _SHARES, strict=True):
            value = kwh * share * 10
            yield AbsoluteValue(category, target, value, date(2022, 1, 1), INVENTED)


def _managers(db: Session, plan: DemoPlan) -> Iterator[Viewer]:
    """Yield who enters prices: facility managers, and who is alone in an organisation."""
    people = Counter(account.organisation for account in ACCOUNTS)
    roles = {
        account.email: account.role
        for account in ACCOUNTS
        if account.role is Role.FACILITY_MANAGER or people[account.organisation] == 1
    }
    for viewer in _viewers(db, plan, roles):
        yield replace(viewer, alone=viewer.role is not Role.FACILITY_MANAGER)


def _viewers(db: Session, plan: DemoPlan, roles: Mapping[str, Role]) -> Iterator[Viewer]:
    """Yield the accounts of `roles` by address."""
    users, organisations = tables()["users"], tables()["organisations"]
    query = (
        select(users.c.id, users.c.email, users.c.organisation_id, organisations.c.kind)
        .join_from(users, organisations)
        .where(users.c.email.in_(roles))
        .order_by(users.c.id)
    )
    for key, email, organisation, kind in db.execute(query):
        yield Viewer(key, organisation, kind, roles[email], plan.today)


def _sites(plan: DemoPlan) -> dict[str, DemoSite]:
    sites = (site(plan.seed, plan.first + index, plan.today) for index in range(plan.pces))
    return {demo_site.number: demo_site for demo_site in sites}


def _of_organisation(
    db: Session, viewer: Viewer, sites: Mapping[str, DemoSite], now: datetime
) -> None:
    own = PceFilter(freshness=PceFreshness.FRESH, holder=viewer.organisation_id)
    rows, _total = list_pces(db, viewer, own, sort="alias", block=RowBlock(DECLARED_SITES))
    if not rows:
        return
    for price in _prices(viewer.today):
        prices.add(db, viewer, price, now=now)
    for place, row in enumerate(rows[:BILLED_SITES]):
        for bill in _bills(db, viewer, row, place):
            bills.add(db, viewer, bill, now=now)
    for budget in _budgets(db, viewer, rows):
        budgets.add(db, viewer, budget, now=now)
    for place, row in enumerate(reversed(rows)):
        draft = _operat_site(sites[row.number], identified=place >= UNIDENTIFIED)
        operat.keep_site(db, viewer, draft, (0, None), now=now)
    add_surfaces(db, viewer, sites, now)
    for row, (first, last, kind, words, shared) in zip(rows[::4], _NOTES, strict=False):
        days = viewer.today - first * DAY, viewer.today - last * DAY
        note = AnnotationDraft(*days, kind, words, shared)
        annotate(db, viewer, row.number, note, now=now)
    add_works(db, viewer, rows, sites, now)


def _prices(today: date) -> Iterator[PriceDraft]:
    """Yield a tariff of each of the last three years, taxes included; all of it is invented."""
    for rank, (energy, subscription) in enumerate(((52, 214), (46, 208), (43, 204))):
        first = date(today.year - rank, 1, 1)
        last = None if rank == 0 else date(today.year - rank, 12, 31)
        for name, kind, unit, amount in (
            ("Fourniture et acheminement", PriceKind.VARIABLE, PriceUnit.EUR_MWH, energy),
            ("Abonnement", PriceKind.FIXED, PriceUnit.EUR_YEAR, subscription),
            ("Accise", PriceKind.TAX, PriceUnit.EUR_MWH, 16),
            ("TVA", PriceKind.RATE, PriceUnit.PERCENT, 20),
        ):
            yield PriceDraft(name, kind, unit, amount * SCALE[unit], first, last)


def _bills(db: Session, viewer: Viewer, row: PceRow, place: int) -> Iterator[BillDraft]:
    """Yield the bills of the last whole months: one exceeds the readings, one is estimated."""
    since = 0
    tariffs = load_prices(db, viewer, [row.id]).get(row.id, ())
    readings = tables()["readings"]
    for rank in range(1, BILLED_MONTHS + 1):
        first, last = month_of(viewer.today, -rank), month_of(viewer.today, 1 - rank) - DAY
        energy, days = db.execute(
            select(func.sum(readings.c.energy_wh), func.count(readings.c.energy_wh)).where(
                readings.c.pce_id == row.id, readings.c.gas_day.between(first, last)
            )
        ).one()
        length = (last - first).days + 1
        if days < length:
            continue
        billed = energy * (107 if (since, place) == EXCEEDING else 100) // 100
        cents = span_cost(tariffs, first, length, (billed, None)).cents
        nature = Nature.ESTIMATED if (since, place) == ESTIMATED else Nature.MEASURED
        number = f"F{first:%Y%m}-{row.number[-4:]}"
        yield BillDraft(row.number, first, last, billed, number, nature, cents=cents)
        since += 1


def _budgets(db: Session, viewer: Viewer, rows: Sequence[PceRow]) -> Iterator[BudgetDraft]:
    """Yield budgets in kWh, a little under the year before: of a tag and of two sites."""
    first = date(viewer.today.year, 1, 1)
    counts = sorted((count, tag) for tag, count in count_by_tag(db, viewer))
    tags = [PriceTarget(tag=tag) for count, tag in counts if count > 1]  # few sites: soon split
    for target in (*tags[:1], *(PriceTarget(pce=row.number) for row in rows[:BUDGETED_SITES])):
        energy = _year_before(db, viewer, target, first)
        if energy:
            yield BudgetDraft(energy * 97 // 100_000 * 1000, Unit.KWH, first, target)


def _year_before(db: Session, viewer: Viewer, target: PriceTarget, first: date) -> int:
    """Return the Wh of the twelve months before `first`, of the PCEs of `target`."""
    months, pces, tags = (tables()[name] for name in ("monthly_consumption", "pces", "pce_tags"))
    whose = (
        select(pces.c.id).where(pces.c.number == target.pce)
        if target.pce
        else select(tags.c.pce_id).where(
            tags.c.tag == target.tag, tags.c.organisation_id == viewer.organisation_id
        )
    )
    year = months.c.month.between(month_of(first, -12), first - DAY)
    energy = select(func.sum(months.c.energy_wh)).where(months.c.pce_id.in_(whose), year)
    return int(db.scalar(energy) or 0)


def _operat_site(declared: DemoSite, *, identified: bool) -> SiteDraft:
    """Return the building of a site, and an invented reference year."""
    category = next((_CATEGORIES[tag] for tag in declared.tags if tag in _CATEGORIES), "")
    efa = f"EFA-{declared.number[-6:]}"
    holder = SIGNERS.get(declared.owner) if identified else None
    siren, siret = (holder.siren, holder.siret) if holder else ("", "")
    reference_wh = declared.reference_kwh * 1000 * 125 // 111
    return SiteDraft(
        declared.number, efa, declared.alias, siren, siret, area_of(declared), category, 2019,
        reference_wh, 2300,
    )  # fmt: skip
