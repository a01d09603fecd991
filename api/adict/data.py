"""Serve the data of a PCE within a right, or the line that says why it is withheld.

It reads the same rows as exports, restricted to the same perimeters.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from flask import Blueprint, Response, abort, g, request
from sqlalchemy.orm import Session

from api.adict import silence
from api.adict.errors import BASE, BLOCKS, TEXT, answered, media_type
from api.adict.periods import AskedPeriod, period_in
from api.adict.rights import pieces
from api.adict.silence import BROKEN_OFF, NO_DATA, NO_INJECTION, UNCONTRACTED, WithheldReason
from api.context import portal, viewer_now
from core.access import Permission, Viewer
from core.errors import Invalid, NotFound
from core.i18n import N_
from data.exports.files.serializer import lines_of
from data.exports.queries.contents import read_parts
from data.exports.types import Content, ExportSpec, FileKind
from data.metering.consumption.files.adict_writer import injection_line
from data.metering.consumption.files.cell_parser import QUALITY_WORDS
from data.metering.consumption.queries.injection import HISTORY, list_injections
from data.metering.consumption.types import Quality
from data.metering.pces.queries import get_scope
from data.metering.pces.rules import number_of
from data.metering.pces.types import Frequency, PceScope
from data.rights.queries import find_last_right
from data.rights.rules import reads
from data.rights.types import RightRow

Json = dict[str, object]
routes = Blueprint("adict_data", __name__, url_prefix=BASE)
_BAD_PCE = "1000000037"
FILTERS = {  # what `filtre` names, and the part of the contract that holds it
    "car": "car",
    "cja": "cja",
    "profil_type_actuel": "profil",
    "tarif_acheminement": "tarif_acheminement",
    "date_mes": "date_mes",
}
_REBUILT, _ESTIMATED = (
    QUALITY_WORDS[Quality.RECONSTRUCTED],
    QUALITY_WORDS[Quality.ESTIMATED],
)
# Of the test set (domain.md §4.10), feigned where there is a demo: no right can be in such a state.
_FAILS, _BREAKS, _UNCONTRACTED = "GI999888", "GI999054", "GI999055"


@dataclass(frozen=True, slots=True)
class DataSort:
    """Describe a sort of data: its call, its content, its permission and its history in years."""

    call: str
    content: Content
    permission: Permission
    log_label: str  # in the readers' log
    shut: Callable[[PceScope], WithheldReason | None]
    years: int = 0
    old: str = ""  # the code of what is asked of before, if there is one


INFORMATIVE = DataSort(
    "donnees_consos_informatives",
    Content.DAILY,
    Permission.CONSUMPTION_READ,
    reads.FETCHED,
    silence.informative,
    years=3,
)
PUBLISHED = DataSort(
    "donnees_consos_publiees",
    Content.PUBLISHED,
    Permission.CONSUMPTION_READ,
    reads.FETCHED_PUBLISHED,
    silence.published,
    years=5,
)
INJECTED = DataSort(
    "donnees_injections_publiees",
    Content.PUBLISHED,
    Permission.CONSUMPTION_READ,
    reads.FETCHED_INJECTED,
    silence.injected,
    years=HISTORY,
    old="1000010",
)
CONTRACT = DataSort(
    "donnees_contractuelles",
    Content.CONTRACTUAL,
    Permission.PCES_READ,
    reads.FETCHED_CONTRACT,
    silence.contractual,
)
METER = DataSort(
    "donnees_techniques",
    Content.TECHNICAL,
    Permission.PCES_READ,
    reads.FETCHED_METER,
    silence.technical,
)


@routes.get("/pce/<number>/donnees_consos_informatives")
def informative(number: str) -> Response:
    return _streamed(number, INFORMATIVE)


@routes.get("/pce/<number>/donnees_consos_publiees")
def published(number: str) -> Response:
    return _streamed(number, PUBLISHED)


@routes.get("/pce/<number>/donnees_injections_publiees")
def injected(number: str) -> Response:
    return _streamed(number, INJECTED)


@routes.get("/pce/<number>/donnees_contractuelles")
def contractual(number: str) -> Response:
    selected_names = filter_in(request.args.getlist("filtre"))
    (line,) = _lines(number, CONTRACT, None)
    terms = line["donnees_contractuelles"]
    if selected_names and isinstance(terms, dict):
        line["donnees_contractuelles"] = {
            name: terms[name] for name in terms if name in selected_names
        }
    return answered(line)


@routes.get("/pce/<number>/donnees_techniques")
def technical(number: str) -> Response:
    (line,) = _lines(number, METER, None)
    return answered(line)


def filter_in(filters: Sequence[str]) -> frozenset[str]:
    """The parts of a contract that are asked for, once each or between commas; none: all."""
    names = [name for argument in filters for name in argument.split(",") if name]
    odd = next((name for name in names if name not in FILTERS), None)
    if odd is not None:
        sentence = N_("« {found} » n’est pas un filtre : il faut {known}.")
        raise Invalid(sentence, found=odd[:40], known=", ".join(FILTERS))
    return frozenset(FILTERS[name] for name in names)


def _streamed(number: str, sort: DataSort) -> Response:
    """Stream a line per day or period; the available history limits their number."""
    viewer_now().require(sort.permission)
    period = period_in(request.args, viewer_now().today, sort.years, sort.old)
    lines = _lines(number, sort, period)
    if portal().staged and number == _BREAKS:
        lines = _broken_off(list(lines), number, period, sort)
    return Response(pieces(lines), mimetype=media_type(TEXT))


def _lines(number: str, sort: DataSort, period: AskedPeriod | None) -> Iterator[Json]:
    viewer = viewer_now()
    viewer.require(sort.permission)
    pce = _checked(number)
    with portal().database.reading() as db:
        lines, why = _read(db, viewer, pce, sort, period)
    if portal().staged and (pce, sort, why) == (_UNCONTRACTED, INFORMATIVE, NO_DATA):
        why = UNCONTRACTED
    if why is not None:
        return iter([_nothing(pce, sort, period, why)])
    if portal().staged and pce == _FAILS:
        abort(500)
    g.setdefault("reads", {})[pce] = sort.log_label
    return lines


def _checked(number: str) -> str:
    try:
        return number_of(number)
    except Invalid as error:
        raise Invalid(error.message, **{**error.params, "code": _BAD_PCE}) from None


def _read(
    db: Session, viewer: Viewer, pce: str, sort: DataSort, period: AskedPeriod | None
) -> tuple[Iterator[Json], WithheldReason | None]:
    """Return the lines, or the reason why there are none."""
    try:
        scope = get_scope(db, viewer, pce)
    except NotFound:
        return iter(()), silence.closed(_last_right(db, viewer, pce), viewer.today)
    shut = sort.shut(scope)
    if shut is not None:
        return iter(()), silence.clipped(shut, _last_right(db, viewer, pce))
    if sort is INJECTED and period:
        return _fed(db, viewer, scope, period)
    if not _comes(sort, scope):
        return iter(()), NO_DATA
    data_request = ExportSpec(sort.content, FileKind.NDJSON)
    if period:
        data_request = ExportSpec(
            sort.content, FileKind.NDJSON, first=period.first, last=period.last
        )
    (part,) = read_parts(db, viewer, data_request, [scope])
    lines = _as_asked(lines_of(data_request, part), period)
    return lines, None if part.count else NO_DATA


def _last_right(db: Session, viewer: Viewer, pce: str) -> RightRow | None:
    return find_last_right(db, viewer, pce) if viewer.may(Permission.RIGHTS_READ) else None


def _fed(
    db: Session, viewer: Viewer, scope: PceScope, period: AskedPeriod
) -> tuple[Iterator[Json], WithheldReason | None]:
    """Return the lines of gas injected by a site, or the reason why there are none."""
    injections = list_injections(db, viewer, scope, period.first, period.last, published=True)
    head: Json = {"pce": {"id_pce": scope.number}, "periode": period.describe_period}
    nothing = NO_DATA if scope.injects else NO_INJECTION
    return (
        head | injection_line(injection) for injection in injections
    ), None if injections else nothing


def _as_asked(lines: Iterator[Json], period: AskedPeriod | None) -> Iterator[Json]:
    """Yield `lines` in ADICT's words, with the period as requested.

    A day rebuilt from the indexes is estimated.
    """
    requested_period = period.describe_period if period else None
    for line in lines:
        if requested_period:
            line["periode"] = requested_period
        reading = line.get("consommation")
        if isinstance(reading, dict) and reading["type_qualif_conso"] == _REBUILT:
            reading["type_qualif_conso"] = _ESTIMATED
        yield line


def _comes(sort: DataSort, scope: PceScope) -> bool:
    """Return whether such data exist for the meter: a daily meter only has published days."""
    return sort is not INFORMATIVE or scope.frequency is not Frequency.DAILY


def _nothing(pce: str, sort: DataSort, period: AskedPeriod | None, why: WithheldReason) -> Json:
    head: Json = {"pce": {"id_pce": pce}} | ({"periode": period.describe_period} if period else {})
    return head | dict.fromkeys(BLOCKS[sort.call]) | {"statut_restitution": why.silence_line}


def _broken_off(
    lines: Sequence[Mapping[str, object]], pce: str, period: AskedPeriod, sort: DataSort
) -> Iterator[Json]:
    """Yield the first half, then the line that asks to retry: a case of the test set."""
    half = (dict(line) for line in lines[: len(lines) // 2])
    return chain(half, [_nothing(pce, sort, period, BROKEN_OFF)])
