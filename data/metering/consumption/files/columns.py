"""Match headers by their text, whatever their order, accents, case or superscripts."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from types import MappingProxyType

from core.errors import Unreadable
from core.i18n import N_
from data.metering.consumption.files.cell_parser import fold, is_blank
from data.metering.consumption.files.faults import placed
from data.runs.files.refusals import RefusedCell, quoted_value
from data.runs.types import ENERGY_USES, ColumnUse, DepositColumn

Uses = Mapping[int, str]  # by place, what a person says that a column is
AS_WRITTEN: Uses = MappingProxyType({})
MOST_COLUMNS = 60  # shown of a table, for a person to say what they are
_FEWEST = 2  # of a table: a day and a figure
_SAMPLED = 3  # lines

_UNIT = re.compile(r"\(([^)]*)\)")
FIELDS: Mapping[str, str] = {
    "pce": "pce",
    "n° pce": "pce",
    "no pce": "pce",
    "numero pce": "pce",
    "numero de pce": "pce",
    "alias": "alias",
    "libelle": "alias",
    "libelle du logement": "alias",
    "journee gaziere": "day",
    "date de releve": "day",
    "index debut": "start",
    "index de debut": "start",
    "index de debut de periode": "start",
    "index fin": "end",
    "index de fin": "end",
    "index de fin de periode": "end",
    "volume": "volume",
    "volume consomme": "volume",
    "energie": "energy",
    "energie consommee": "energy",
    "coefficient": "coefficient",
    "coefficient de conversion": "coefficient",
    "temperature": "temperature",
    "temperature locale": "temperature",
    "qualification": "quality",
    "qualification du releve": "quality",
    "statut": "status",
    "source": "source",
    "gas_day": "day",  # names in the international CSV
    "index_start_m3": "start",
    "index_end_m3": "end",
    "volume_m3": "volume",
    "energy_kwh": "energy",
    "coefficient_kwh_m3": "coefficient",
    "temperature_c": "temperature",
    "quality": "quality",
    "status": "status",
}
ENERGY_UNITS: Mapping[str, int] = {  # in Wh
    f"{unit}{suffix}": size
    for unit, size in (("wh", 1), ("kwh", 1000), ("mwh", 1_000_000))
    for suffix in ("", " pcs")
}
_ENERGY_USES = {
    1: ColumnUse.ENERGY_WH, 1000: ColumnUse.ENERGY, 1_000_000: ColumnUse.ENERGY_MWH,
}  # fmt: skip
_HEADERS: Mapping[str, str] = {  # as a column said to be one of these is read
    ColumnUse.IGNORED: "",
    ColumnUse.PCE: "PCE",
    ColumnUse.ALIAS: "Alias",
    ColumnUse.DAY: "Journée gazière",
    ColumnUse.START: "Index début (m3)",
    ColumnUse.END: "Index fin (m3)",
    ColumnUse.VOLUME: "Volume (m3)",
    ColumnUse.ENERGY: "Energie (kWh)",
    ColumnUse.ENERGY_MWH: "Energie (MWh)",
    ColumnUse.ENERGY_WH: "Energie (Wh)",
    ColumnUse.COEFFICIENT: "Coefficient",
    ColumnUse.TEMPERATURE: "Température (°C)",
    ColumnUse.QUALITY: "Qualification",
    ColumnUse.STATUS: "Statut",
}
_LIKELY: Sequence[tuple[re.Pattern[str], ColumnUse]] = tuple(
    (re.compile(words), use)
    for words, use in (
        (r"\bpce\b", ColumnUse.PCE),
        (r"kwh ?/ ?m3|\bcoef", ColumnUse.COEFFICIENT),
        (r"\b(date|jour|journee|day)\b", ColumnUse.DAY),
        (r"\bmwh\b", ColumnUse.ENERGY_MWH),
        (r"\bkwh\b", ColumnUse.ENERGY),
        (r"\bwh\b", ColumnUse.ENERGY_WH),
        (r"\bm3\b|\bvolume", ColumnUse.VOLUME),
        (r"\btemp|°c", ColumnUse.TEMPERATURE),
        (r"\bconso|\benerg", ColumnUse.ENERGY),
    )
)
_UNITS: Mapping[str, frozenset[str]] = {
    "start": frozenset({"m3"}),
    "end": frozenset({"m3"}),
    "volume": frozenset({"m3"}),
    "energy": frozenset(ENERGY_UNITS),
    "coefficient": frozenset({"kwh/m3"}),
    "temperature": frozenset({"°c", "c"}),
}


def bare(cell: object) -> str:
    """Return a header's folded text without unit and colon."""
    return _UNIT.sub("", fold(cell)).strip(" :*") if isinstance(cell, str) else ""


def columns_of(row: Sequence[object]) -> dict[str, int]:
    """Return the position of each known column.

    Raise RefusedCell for a duplicate or another unit.
    """
    places: dict[str, int] = {}
    for position, cell in enumerate(row):
        field = FIELDS.get(bare(cell))
        if field is None:
            continue
        if field in places:
            raise RefusedCell(
                N_("Ligne {line} : la colonne « {column} » y est deux fois. Gardez-en une seule."),
                column=quoted_value(cell),
            )
        check_unit(field, str(cell))
        places[field] = position
    return places


def said_header(header: Sequence[object], uses: Uses) -> list[object]:
    """`header` as a person says it is; what names the source of values stays what it is."""
    return [
        cell if bare(cell) == "source" else _HEADERS.get(uses.get(place, "-"), cell)
        for place, cell in enumerate(header)
    ]


def energy_unit(header: object) -> int:
    """The Wh that 1 is worth in the column of `header`; kWh where it names no unit."""
    unit = _UNIT.search(fold(header)) if isinstance(header, str) else None
    return ENERGY_UNITS.get(unit[1].strip(), 1000) if unit else 1000


def describe(
    header: Sequence[object], uses: Uses, rows: Iterable[Sequence[object]]
) -> tuple[DepositColumn, ...]:
    """The columns of a table: what each is read as, and the first values of `rows`."""
    sample = list(islice(rows, _SAMPLED))
    return tuple(
        DepositColumn(
            quoted_value(cell) if not is_blank(cell) else "",
            _use_of(header_read),
            tuple(
                quoted_value(row[place])
                for row in sample
                if place < len(row) and not is_blank(row[place])
            ),
        )
        for place, (cell, header_read) in enumerate(
            zip(header, said_header(header, uses), strict=True)
        )
    )[:MOST_COLUMNS]


def _use_of(header: object) -> str:
    field = FIELDS.get(bare(header), "")
    return _ENERGY_USES[energy_unit(header)] if field == ColumnUse.ENERGY else field


def guess_uses(columns: Sequence[DepositColumn]) -> list[str]:
    """Return what each column is read as or, where nothing says it, most likely is.

    A guess is for a person to confirm: `date` is a day, `kWh` an energy. No use is guessed twice.
    """
    uses = [column.use for column in columns]
    for place, column in enumerate(columns):
        likely = (use for words, use in _LIKELY if words.search(fold(column.header)))
        uses[place] = uses[place] or next((use for use in likely if use not in uses), "")
    return uses


def is_readable(uses: Sequence[str]) -> bool:
    """Return whether columns of these uses make a table of readings: a day and an amount."""
    return ColumnUse.DAY in uses and not {*ENERGY_USES, ColumnUse.VOLUME}.isdisjoint(uses)


def unmatched(error: RefusedCell, line: int, columns: Sequence[DepositColumn]) -> Unreadable:
    """Refuse a table whose columns are not those of readings, with what a person may mend."""
    refusal = placed(error, line)
    if len(columns) < _FEWEST:
        return refusal
    return Unreadable(
        refusal.message, **refusal.params, columns=[list(column) for column in columns]
    )


def first_rows(rows: Iterable[tuple[int, Sequence[object]]]) -> Iterator[Sequence[object]]:
    """The cells of the first lines that are not blank; what cannot be read ends them."""
    with suppress(Unreadable):
        for _line, row in rows:
            if not all(map(is_blank, row)):
                yield row


def check_unit(field: str, header: str) -> None:
    unit = _UNIT.search(fold(header))
    if unit and field in _UNITS and unit[1].strip() not in _UNITS[field]:
        raise RefusedCell(
            N_(
                "Ligne {line}, colonne « {column} » : l’unité « {found} » n’est pas celle attendue"
                " (kWh, MWh ou Wh pour l’énergie, m3 pour les volumes et les index)."
            ),
            column=quoted_value(header),
            found=quoted_value(unit[1]),
        )


def require(places: Mapping[str, int], headers_by_field: Mapping[str, str]) -> None:
    """Raise RefusedCell naming the first column of `headers_by_field` that is missing."""
    for field, header in headers_by_field.items():
        if field not in places:
            raise RefusedCell(
                N_(
                    "Ligne {line} : il manque la colonne « {column} ». Reprenez le fichier tel que"
                    " le portail ou l’Espace Client le donne."
                ),
                column=header,
            )
