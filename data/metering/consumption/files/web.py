"""Parse the web API's JSON, informative and published (domain.md §5).

A row is a gas day if it names its day, or lasts one day without being published; else a period.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from core.errors import Unreadable
from core.i18n import N_
from data.metering.consumption.files import cell_parser, days, jsontext, pygazpar
from data.metering.consumption.files.faults import ReadingFaults, placed
from data.metering.consumption.files.ledger import Ledger, LineValues, PceLedger
from data.metering.consumption.files.other_energies import refuse_other_energies
from data.metering.consumption.files.web_temperatures import is_weather, read_weather
from data.metering.consumption.types import FileFormat, ReadingsFile
from data.runs.files.refusals import RefusedCell, clean, quoted_value, require

Object = Mapping[str, object]
_NOT_READINGS = N_(
    "Ce JSON n’est pas un fichier de relevés : il faut les « releves » d’un PCE, tels que les"
    " donne l’Espace Client."
)
_EMPTY = N_("Ce fichier ne contient aucun relevé. Vérifiez la période demandée.")


def read_web(text: str, document: object, today: date | None) -> ReadingsFile:
    """Parse the JSON; raise Unreadable naming the line and field of a faulty reading."""
    if is_weather(document):
        return read_weather(text, today)
    reader = _Web(text, document, today)
    rows = pygazpar.rows_in(document)
    if rows is not None:
        reader.pygazpar = pygazpar.Rows(reader.ledger, rows, today)
    try:
        for number, owner in _owners(document) if rows is None else [(None, {"releves": rows})]:
            reader.take_owner(number, owner)
    except Unreadable as end:
        if end.message == _NOT_READINGS:
            refuse_other_energies(text)
        reader.faults.stop(end)
    reader.faults.settle()
    return reader.ledger.finish(FileFormat.WEB)


def _owners(document: object) -> Iterator[tuple[object, Object]]:
    """Yield (PCE, object with `releves`) for one object, a list, or a map by PCE."""
    if isinstance(document, dict | list) and not document:
        raise Unreadable(_EMPTY)
    if isinstance(document, list):
        if all(isinstance(row, dict) and "energieConsomme" in row for row in document):
            yield None, {"releves": document}
            return
        for owner in document:
            yield from _owners(owner)
    elif isinstance(document, dict) and "releves" in document:
        yield document.get("idPce", document.get("pce")), document
    elif isinstance(document, dict) and all(
        isinstance(v, dict) and "releves" in v for v in document.values()
    ):
        for key, owner in document.items():
            yield owner.get("idPce") or (None if key == "pce" else key), owner
    else:
        raise Unreadable(_NOT_READINGS)


class _Web:
    """The state of parsing: `at` is the current object, `rows` those already added."""

    def __init__(self, text: str, document: object, today: date | None) -> None:
        self.text, self.document = text, document
        self.ledger = Ledger(today=today)
        self.faults = ReadingFaults()
        self.at: object = None
        self.rows: list[object] = []
        self.pygazpar: pygazpar.Rows | None = None

    def take_owner(self, number: object, owner: Object) -> None:
        """Add the readings of one PCE; a fault in it does not stop the next ones."""
        self.at = owner
        readings = owner["releves"]
        if readings is None or self.faults.full:
            return
        try:
            rows, account = _rows_in(readings), self._account(number, owner)
        except RefusedCell as error:
            self.faults.add(partial(self._placed, error))
            return
        for row in rows:
            if self.faults.full:
                return
            try:
                self._take_row(account, row)
            except RefusedCell as error:
                self.faults.add(partial(self._placed, error))

    def _placed(self, error: RefusedCell) -> Unreadable:
        params = dict(error.params)
        first = params.get("first_line")
        if isinstance(first, int):
            params["first_line"] = self._line_of(self.rows[first])
        return placed(RefusedCell(error.message, **params), self._line_of(self.at))

    def _line_of(self, target: object) -> int:
        return jsontext.line_of(self.text, self.document, target)

    def _account(self, number: object, owner: Object) -> PceLedger:
        alias = owner.get("alias")
        return self.ledger.account(
            cell_parser.pce(number, "idPce"), clean(alias)[:200] if isinstance(alias, str) else ""
        )

    def _take_row(self, account: PceLedger, row: object) -> None:
        if not isinstance(row, dict):
            raise RefusedCell(
                N_("Ligne {line} : « {found} » n’est pas un relevé, il faut un objet JSON."),
                found=quoted_value(row),
            )
        self.at = row
        self._take(account, row)
        self.rows.append(row)

    def _take(self, account: PceLedger, row: Object) -> None:
        if self.pygazpar:
            self.pygazpar.take(account, row, len(self.rows))
            return
        values = _values(row)
        named = row.get("journeeGaziere")
        if named is not None:
            gas_day = days.day(named, "journeeGaziere")
            self.ledger.add_day(account, gas_day, values, len(self.rows))
            return
        first = days.gas_day_at(row.get("dateDebutReleve"), "dateDebutReleve")
        nature = row.get("natureReleve")
        published = isinstance(nature, str) and cell_parser.fold(nature) == "publiee"
        if isinstance(nature, str) and cell_parser.fold(nature).startswith("informati"):
            self.ledger.add_day(account, first, values, len(self.rows))
            return
        end = days.gas_day_at(row.get("dateFinReleve"), "dateFinReleve")
        if not published and end == first + timedelta(days=1):
            self.ledger.add_day(account, first, values, len(self.rows))
        else:
            self.ledger.add_span(account, (first, end), values, len(self.rows))


def _rows_in(readings: object) -> list[object]:
    if not isinstance(readings, list):
        raise RefusedCell(
            N_("Ligne {line}, colonne « releves » : « {found} » n’est pas une liste."),
            found=quoted_value(readings),
            column="releves",
        )
    return readings


def _values(row: Object) -> LineValues:
    require(row, "volumeBrutConsomme", "energieConsomme")
    get = row.get
    return LineValues(
        cell_parser.energy(get("energieConsomme"), "energieConsomme"),
        cell_parser.volume(get("volumeBrutConsomme"), "volumeBrutConsomme"),
        cell_parser.index(get("indexDebut"), "indexDebut"),
        cell_parser.index(get("indexFin"), "indexFin"),
        cell_parser.coefficient(get("coeffConversion"), "coeffConversion"),
        cell_parser.temperature(get("temperature"), "temperature"),
        cell_parser.quality(get("qualificationReleve"), "qualificationReleve"),
        cell_parser.status(get("status"), "status"),
    )
