"""Files of declarations as hands and spreadsheets spoil them: each knows what it should become."""

import csv
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO

from xlsxwriter import Workbook

from data.rights.rules.columns import LABELS
from data.rights.types import Repair

LINES = 6
DIRTY = 3  # lines of each file that its fault spoils
GOOD = {
    "id_pce": "",
    "libelle_site": "Lycée",
    "role_tiers": "AUTORISE_CONTRAT_FOURNITURE",
    "raison_sociale": "Lycée des Tilleuls",
    "nom_titulaire": "",
    "code_postal": "09123",
    "courriel_titulaire": "alice@tilleuls.example",
    "numero_telephone_mobile_titulaire": "0600000000",
    "date_debut_droit_acces": "2026-09-01",
    "date_fin_droit_acces": "2028-08-31",
    "perim_donnees_conso_debut": "2023-09-01",
    "perim_donnees_conso_fin": "2028-08-31",
    "perim_donnees_inj_debut": "",
    "perim_donnees_inj_fin": "",
    "perim_donnees_contractuelles": "OUI",
    "perim_donnees_techniques": "OUI",
    "perim_donnees_informatives": "NON",
    "perim_donnees_publiees": "OUI",
    "date_consentement": "2026-08-15",
    "finalite": "Suivre les consommations",
}
PCE, POSTAL = "id_pce", "code_postal"
STARTS, ENDS = "date_debut_droit_acces", "date_fin_droit_acces"
DATA_ENDS, MAIL = "perim_donnees_conso_fin", "courriel_titulaire"
PHONE, COMPANY = "numero_telephone_mobile_titulaire", "raison_sociale"
CONTRACT, TECHNICAL = "perim_donnees_contractuelles", "perim_donnees_techniques"
Cell = object
Row = dict[str, Cell]


@dataclass(frozen=True)
class Dirty:
    """One file; of its LINES, the first `spoilt` wait for `repairs`."""

    name: str
    content: bytes
    repairs: frozenset[Repair] = frozenset()
    spoilt: int = 0  # lines that wait for the repairs
    lost: int = 0  # lines that nothing mends
    read: Mapping[str, str] = field(default_factory=dict)  # what a mended line then says
    doubtful: Mapping[str, str] = field(default_factory=dict)  # said of a holder, to be verified


def number(at: int) -> str:
    return f"0999999991{at:04d}"


def rows(spoil: Callable[[Row], None] | None = None) -> list[Row]:
    made = [{**GOOD, PCE: number(at)} for at in range(LINES)]
    for row in made[:DIRTY] if spoil else ():
        spoil(row)
    return made


def to_csv(
    lines: Sequence[Row],
    *,
    encoding: str = "utf-8",
    delimiter: str = ";",
    header: Sequence[str] = tuple(LABELS.values()),
    before: str = "",
) -> bytes:
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([[str(row[name]) for name in LABELS] for row in lines])
    return (before + buffer.getvalue()).encode(encoding)


def to_xlsx(  # noqa: C901 (one way of writing a cell each)
    lines: Sequence[Row],
    *,
    title: int = 0,
    merge: Sequence[str] = (),
    formula: Mapping[str, str] | None = None,
    names: bool = False,
) -> bytes:
    """Numbers as numbers and dates as dates; `merge` stands once for the first DIRTY lines."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Feuil1")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        if title:
            sheet.write_string(0, 0, "Droits à déclarer")
        for place, (name, label) in enumerate(LABELS.items()):
            sheet.write_string(title, place, label)
            if names:
                sheet.write_string(title + 1, place, name)
        first = title + 1 + names
        for at, row in enumerate(lines):
            for place, name in enumerate(LABELS):
                value = row[name]
                if name in merge and at < DIRTY:
                    if at == 0:
                        sheet.merge_range(first, place, first + DIRTY - 1, place, value)
                elif formula and name in formula and at < DIRTY:
                    sheet.write_formula(first + at, place, formula[name], None, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(first + at, place, value)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(first + at, place, value, day)
                elif isinstance(value, (int, float)):
                    sheet.write_number(first + at, place, value)
                elif value != "":
                    sheet.write_string(first + at, place, str(value))
    return target.getvalue()


def _puts(name: str, said: object) -> Callable[[Row], None]:
    def spoil(row: Row) -> None:
        row[name] = said(row) if callable(said) else said

    return spoil


def _clean() -> Iterator[Dirty]:
    """Dialects and spellings that are read as they are."""
    yield Dirty("bare.csv", to_csv(rows()))
    yield Dirty("bom.csv", to_csv(rows(), encoding="utf-8-sig"))
    yield Dirty("cp1252.csv", to_csv(rows(), encoding="cp1252"))
    yield Dirty("comma.csv", to_csv(rows(), delimiter=","))
    yield Dirty("tab.csv", to_csv(rows(), delimiter="\t"))
    yield Dirty("sep.csv", to_csv(rows(), before="sep=;\r\n"))
    yield Dirty("titled.csv", to_csv(rows(), before="Droits;;\r\n;;\r\n"))
    yield Dirty("headless.csv", to_csv(rows()).partition(b"\r\n")[2])
    yield Dirty("mac.csv", to_csv(rows()).replace(b"\r\n", b"\r"))
    yield Dirty("blank.csv", to_csv(rows()).replace(b"\r\n", b"\r\n;;;;\r\n\r\n"))
    yield Dirty("names.csv", to_csv(rows(), header=tuple(LABELS)))
    shouted = [label.upper() + " *" for label in LABELS.values()]
    yield Dirty("shouted.csv", to_csv(rows(), header=shouted))
    typo = [label.replace("Courriel", "Couriel") for label in LABELS.values()]
    yield Dirty("typo.csv", to_csv(rows(), header=typo))
    yield Dirty("plain.xlsx", to_xlsx(rows()))
    yield Dirty("titled.xlsx", to_xlsx(rows(), title=4))
    yield Dirty("template.xlsx", to_xlsx(rows(), names=True))
    for at, (yes, no) in enumerate(
        [("Vrai", "Faux"), ("1", "0"), ("oui", "non"), ("TRUE", "FALSE"), ("x", "Non")]
    ):
        words = {"OUI": yes, "NON": no}
        said = [{n: words.get(str(v), v) for n, v in row.items()} for row in rows()]
        yield Dirty(f"flags{at}.csv", to_csv(said))
    bools = [{n: {"OUI": True, "NON": False}.get(str(v), v) for n, v in r.items()} for r in rows()]
    yield Dirty("bools.xlsx", to_xlsx(bools))
    for at, shape in enumerate(["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d 00:00:00"]):
        yield Dirty(f"dates{at}.csv", to_csv([_dated(row, shape) for row in rows()]))
    real = [{n: _day(v) if _is_day(v) else v for n, v in row.items()} for row in rows()]
    yield Dirty("dates.xlsx", to_xlsx(real))
    spaced = _puts(PCE, lambda row: f" {row[PCE][:2]} {row[PCE][2:8]} {row[PCE][8:]}\u00a0")
    yield Dirty("spaced.csv", to_csv(rows(spaced)))
    yield Dirty("phone.csv", to_csv(rows(_puts(PHONE, "06.00.00 00-00"))))


def _dated(row: Row, shape: str) -> Row:
    return {n: _day(v).strftime(shape) if _is_day(v) else v for n, v in row.items()}


def _is_day(value: object) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == "-"


def _day(value: object) -> dt.date:
    return dt.date.fromisoformat(str(value))


def _mendable() -> Iterator[Dirty]:
    """Faults that one confirmation mends."""
    mend = Repair
    lost = lambda row: row[PCE][1:]  # noqa: E731
    for name, repair, column, said, read in [
        ("zero", mend.PCE_ZERO, PCE, lost, {}),
        ("power", mend.PCE_POWER, PCE, lambda r: f"{r[PCE][1]},{r[PCE][2:]}E+12", {}),
        ("point", mend.PCE_SIGNS, PCE, lambda r: r[PCE] + ",0", {}),
        ("dashed", mend.PCE_SIGNS, PCE, lambda r: f"{r[PCE][:4]}-{r[PCE][4:9]}.{r[PCE][9:]}", {}),
        ("program", mend.PCE_SIGNS, PCE, lambda r: r[PCE][1:] + ".0", {}),
        ("unseen", mend.UNSEEN, PCE, lambda r: r[PCE][:7] + "\u200b" + r[PCE][7:], {}),
        ("letter", mend.PCE_SIGNS, PCE, lambda r: "O" + r[PCE][1:], {}),
        ("prefix", mend.PCE_SIGNS, PCE, lambda r: f"PCE n° {r[PCE]}", {}),
        ("quote", mend.PCE_SIGNS, PCE, lambda r: "'" + r[PCE], {}),
        ("quoted", mend.FORMULA, PCE, lambda r: f'="{r[PCE]}"', {}),
        ("postal", mend.POSTAL_ZERO, POSTAL, "9123", {}),
        ("postal_point", mend.POSTAL_ZERO, POSTAL, "9123,0", {}),
        ("postal_space", mend.POSTAL_SIGNS, POSTAL, "09 123", {}),
        ("postal_town", mend.POSTAL_SIGNS, POSTAL, "09123 VILLENEUVE", {}),
        ("postal_f", mend.POSTAL_SIGNS, POSTAL, "F-09123", {}),
        ("mailto", mend.EMAIL, MAIL, "mailto:alice@tilleuls.example", {}),
        ("named", mend.EMAIL, MAIL, "Alice <alice@tilleuls.example>", {}),
        ("at", mend.EMAIL, MAIL, "alice (at) tilleuls.example", {}),
        ("mail_comma", mend.EMAIL, MAIL, "alice@tilleuls,example", {}),
        ("mail_dot", mend.EMAIL, MAIL, "alice@tilleuls.example.;", {}),
        ("mobile", mend.PHONE, PHONE, "600000000", {}),
        ("abroad", mend.PHONE, PHONE, "+33 6 00 00 00 00", {}),
        ("abroad0", mend.PHONE, PHONE, "0033(0)600000000", {}),
        ("role", mend.ROLE, "role_tiers", "Autorisé (fourniture)", {}),
        ("short", mend.DATE_YEAR, STARTS, "01/09/26", {}),
        ("order", mend.DATE_ORDER, DATA_ENDS, "08/31/2028", {}),
        ("slashes", mend.DATE_MARKS, STARTS, "2026/09/01", {}),
        ("points", mend.DATE_MARKS, STARTS, "2026.9.1 00:00", {}),
        ("words", mend.DATE_WORDS, STARTS, "1er septembre 2026", {}),
        ("compact", mend.DATE_WORDS, STARTS, "20260901", {}),
        ("serial", mend.DATE_SERIAL, STARTS, "46266", {}),
        ("serial_point", mend.DATE_SERIAL, STARTS, "46266,0", {}),
        ("flag", mend.FLAG_WORD, CONTRACT, "ok", {}),
        ("flag_point", mend.FLAG_WORD, CONTRACT, "1.0", {}),
        ("empty", mend.FLAG_EMPTY, TECHNICAL, "", {TECHNICAL: "Faux"}),
        ("twice", mend.HOLDER_TWICE, "nom_titulaire", "LYCEE DES TILLEULS", {}),
        ("late", mend.DATA_END, DATA_ENDS, "2029-12-31", {}),
        ("long", mend.RIGHT_END, ENDS, "2031-08-31", {ENDS: "2029-08-31"}),
    ]:
        content = to_csv(rows(_puts(column, said)))
        yield Dirty(f"{name}.csv", content, frozenset({repair}), DIRTY, read=read)
    number_cell = rows(_puts(PCE, lambda row: int(row[PCE])))
    yield Dirty("number.xlsx", to_xlsx(number_cell), frozenset({mend.PCE_ZERO}), DIRTY)
    postal_cell = rows(_puts(POSTAL, 9123))
    yield Dirty("postal.xlsx", to_xlsx(postal_cell), frozenset({mend.POSTAL_ZERO}), DIRTY)
    serial_cell = rows(_puts(STARTS, 46266))
    yield Dirty("serial.xlsx", to_xlsx(serial_cell), frozenset({mend.DATE_SERIAL}), DIRTY)
    american = to_csv(rows(lambda row: row.update({STARTS: "09/01/2026", ENDS: "08/31/2029"})))
    both = frozenset({mend.DATE_ORDER, mend.DATE_MONTH})
    yield Dirty("american.csv", american, both, DIRTY, read={ENDS: "2029-08-31"})
    merged = to_xlsx(rows(), merge=[COMPANY, MAIL])
    yield Dirty("merged.xlsx", merged, frozenset({mend.MERGED}), DIRTY - 1)
    added = to_xlsx(rows(), formula={MAIL: "=A1", ENDS: "=B1"})
    yield Dirty("formula.xlsx", added, frozenset({mend.FORMULA}), DIRTY)


def _hopeless() -> Iterator[Dirty]:
    """Lines that only their owner can write again."""
    for name, column, said in [
        ("digits_lost", PCE, "9,99999E+12"),
        ("power_lost", PCE, "1E+13"),
        ("too_short", PCE, "12345"),
        ("injected", COMPANY, "=cmd|' /C calc'!A0"),
        ("no_mail", MAIL, ""),
        ("no_day", STARTS, "31/06/2026"),
        ("two_names", "nom_titulaire", "Autre Personne"),
        ("postal_wrong", POSTAL, "9"),
        ("flag_wrong", CONTRACT, "peut-être"),
        ("future", STARTS, "2030-01-01"),
    ]:
        yield Dirty(f"{name}.csv", to_csv(rows(_puts(column, said))), lost=DIRTY)
    nobody = rows(lambda row: row.update({COMPANY: "Mairie", POSTAL: "09124"}))
    yield Dirty("nobody.csv", to_csv(nobody), lost=DIRTY)


def _doubtful() -> Iterator[Dirty]:
    """One fact of the holder's identity that is not the contract's: the distributor verifies."""
    for name, column, said in [("other_name", COMPANY, "Mairie"), ("elsewhere", POSTAL, "09124")]:
        yield Dirty(f"{name}.csv", to_csv(rows(_puts(column, said))), doubtful={column: said})


def corpus() -> list[Dirty]:
    return [*_clean(), *_mendable(), *_hopeless(), *_doubtful()]
