"""Write the template of a file of declarations, and the lines to correct."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook

from core.i18n import N_, _
from core.unicode_safety import with_unseen
from data.rights.rules.adict import FLAGS, ROLES
from data.rights.rules.columns import LABELS, REASON
from data.rights.rules.expected_values import column_words, expected_words
from data.rights.rules.outcomes import fate_of
from data.rights.types import ImportedLine, Purpose, Rejects, RightDataKind, RightRole
from data.runs.files.texts import guarded, guarded_csv

_WIDTH = 22
_HELD = {
    "id_pce": "Exemple : 09999999910042",
    "libelle_site": "Gymnase Nord",
    "role_tiers": ROLES[RightRole.AUTHORISED_SUPPLY],
    "raison_sociale": "Commune du Val-des-Tilleuls",
    "code_postal": "09990",
    "courriel_titulaire": "energie@tilleuls.example",
    "date_debut_droit_acces": "01/09/2026",
    "date_fin_droit_acces": "31/08/2029",
    "perim_donnees_conso_debut": "01/09/2023",
    "perim_donnees_conso_fin": "31/08/2029",
    **dict.fromkeys(FLAGS.values(), "OUI"),
    "finalite": "Suivre les consommations de vos sites",
}
_EXAMPLES: Sequence[Mapping[str, str]] = (  # a company, a person, an injection
    _HELD,
    {
        **_HELD,
        "id_pce": "Exemple : 09999999910017",
        "libelle_site": "Boulangerie",
        "raison_sociale": "",
        "nom_titulaire": "Louise Meunier",
        "numero_telephone_mobile_titulaire": "06 00 00 00 00",
        FLAGS[RightDataKind.INFORMATIVE]: "NON",
        "date_consentement": "15/08/2026",
    },
    {
        **_HELD,
        "id_pce": "Exemple : GI000042",
        "libelle_site": "Méthanisation des Prés",
        "role_tiers": ROLES[RightRole.AUTHORISED_INJECTION],
        "perim_donnees_conso_debut": "",
        "perim_donnees_conso_fin": "",
        "perim_donnees_inj_debut": "01/09/2023",
        "perim_donnees_inj_fin": "31/08/2029",
        FLAGS[RightDataKind.INFORMATIVE]: "NON",
    },
)
_OWN = {  # one's own PCE: nobody else is asked, so no purpose is needed
    **_HELD,
    "id_pce": "Exemple : 09999999910059",
    "libelle_site": "Mairie",
    "role_tiers": ROLES[RightRole.HOLDER_SUPPLY],
    "finalite": "",
}
_READY = 1000  # minimum number of template lines with drop-down choices


def write_template(
    rows: Iterable[Mapping[str, str]] = (),
    *,
    as_xlsx: bool,
    purpose: Purpose = Purpose.RIGHTS,
) -> bytes:
    """Return the template with every column; `rows` by field fill it in, else examples do.

    The import ignores the example lines. For holdings, the first example is one. XLSX has the ADICT
    names in a hidden line.
    """
    rows = list(rows)
    examples = (_OWN, *_EXAMPLES) if purpose is Purpose.HOLDINGS else _EXAMPLES
    lines = [[row.get(name, "") for name in LABELS] for row in rows or examples]
    header = tuple(LABELS.values())
    return _xlsx(header, lines, template=True) if as_xlsx else _csv(header, lines)


def write_rejects(rejects: Rejects, *, as_xlsx: bool) -> bytes:
    """Write rejected lines with the file's own columns and the reasons, to be corrected."""
    width = len(rejects.header)
    places = [place for place, label in enumerate(rejects.header) if label != REASON]
    lines = []
    for line in rejects.lines:
        cells = [*line.cells[:width], *[""] * (width - len(line.cells))]
        reasons = " ".join(_(sentence, **params) for sentence, params in line.reasons)
        lines.append([*(cells[place] for place in places), reasons])
    header = (*(rejects.header[place] for place in places), REASON)
    return _xlsx(header, lines, template=False) if as_xlsx else _csv(header, lines)


def write_lines(lines: Iterable[ImportedLine], *, as_xlsx: bool) -> bytes:
    """Write a line for each thing to report about the lines of the file."""
    header = [_(word) for word in _SAID]
    rows = [row for line in lines for row in _rows(line)]
    return _xlsx(header, rows, template=False) if as_xlsx else _csv(header, rows)


def _rows(line: ImportedLine) -> Iterator[Sequence[str]]:
    fate = fate_of(line)
    head = str(line.line), line.number, _(fate.word)
    if not line.problems:
        yield *head, "", "", "", _(fate.sentence) if fate.sentence else "", fate.code, line.uid
    for problem in line.problems:
        message = _(problem.sentence, **problem.params)
        cell = column_words(problem), with_unseen(problem.cell_text), expected_words(problem)
        yield *head, *cell, message, problem.code or fate.code, line.uid


_SAID = (
    *(N_("Ligne"), N_("PCE"), N_("Issue"), N_("Colonne"), N_("Trouvé"), N_("Attendu, ou retenu")),
    *(N_("Motif"), N_("Code"), N_("Identifiant du droit")),
)


def _csv(header: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """Write CSV in UTF-8 with BOM and `;`, as French spreadsheets expect."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerows([guarded_csv(cell) for cell in line] for line in (header, *lines))
    return ("\ufeff" + buffer.getvalue()).encode("utf-8", "replace")


def _xlsx(header: Sequence[str], lines: Sequence[Sequence[str]], *, template: bool) -> bytes:
    """Write all cells as text, so that leading zeros are kept."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("Droits d’accès"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(header) - 1, _WIDTH, text)
        for place, label in enumerate(header):
            sheet.write_string(0, place, guarded(label), bold)
        first = 1
        if template:
            first = 2
            sheet.set_row(1, None, None, {"hidden": True})
            for place, name in enumerate(LABELS):
                sheet.write_string(1, place, name, text)
                choices = _choices(name)
                if choices:
                    last = max(_READY, len(lines) + 1)
                    choice = {"validate": "list", "source": choices}
                    sheet.data_validation(2, place, last, place, choice)
        sheet.freeze_panes(first, 1)
        for at, line in enumerate(lines, start=first):
            for place, cell in enumerate(line):
                sheet.write_string(at, place, guarded(cell), text)
    return target.getvalue()


def _choices(name: str) -> list[str]:
    if name == "role_tiers":
        return list(ROLES.values())
    return ["OUI", "NON"] if name in FLAGS.values() else []
