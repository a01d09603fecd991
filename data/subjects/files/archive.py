"""A ZIP of what is kept about a person: each sort as JSON and CSV, and an index to read."""

import csv
import html
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from data.runs.files.texts import guarded
from data.subjects.rules.classes import BASES, rule_of
from data.subjects.rules.spans import span_words
from data.subjects.rules.words import SORTS
from data.subjects.types import Extract, Periods
from i18n import LANGUAGES, _, clock, number, speaking

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;
text-align:left;vertical-align:top}"""


def write_archive(
    path: Path, extracts: Iterable[Extract], who: str, periods: Periods, now: datetime
) -> dict[str, int]:
    """Write the archive of *who*, an address, to *path*; how many rows of each sort it holds."""
    told: list[tuple[Extract, int]] = []
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for one in extracts:
            archive.writestr(f"{one.name}.json", _json(one))
            archive.writestr(f"{one.name}.csv", _csv(one))
            told.append((Extract(one.name, one.data_class, one.fate, ()), len(one.rows)))
        archive.writestr("index.html", _index(told, who, periods, now))
    return {one.name: count for one, count in told}


def _json(one: Extract) -> str:
    return json.dumps(list(one.rows), ensure_ascii=False, indent=1)


def _csv(one: Extract) -> bytes:
    """With the mark by which a spreadsheet knows UTF-8, and no cell that it would work out."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(one.columns)
    for row in one.rows:
        writer.writerow([_cell(row[name]) for name in one.columns])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return guarded(str(value))


def _index(told: list[tuple[Extract, int]], who: str, periods: Periods, now: datetime) -> str:
    """The same page in each language, one after the other."""
    parts = []
    for code in LANGUAGES:
        with speaking(code):
            body = "\n".join(_section(told, who, periods, now))
        parts.append(f'<section lang="{code}">\n{body}\n</section>')
    head = f'<meta charset="utf-8"><title>{html.escape(who)}</title><style>{_STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="fr"><head>{head}</head><body>\n'
        + "\n<hr>\n".join(parts)
        + "\n</body></html>\n"
    )


def _section(
    told: list[tuple[Extract, int]], who: str, periods: Periods, now: datetime
) -> Iterator[str]:
    said = _("Tout ce que le portail garde sur {who}, le {instant}.", who=who, instant=clock(now))
    title = _("Mes données")
    yield f"<h1>{_said(title)}</h1><p>{_said(said)}</p>"
    more = _(
        "Chaque sorte de données y est deux fois : en JSON pour un programme, en CSV pour un"
        " tableur. Les secrets (mots de passe, jetons) et les données d’autres personnes n’y sont"
        " pas."
    )
    yield f"<p>{_said(more)}</p>"
    heads = [_("Quoi"), _("Lignes"), _("Pourquoi"), _("Conservé"), _("Fichiers")]
    yield "<table><thead><tr>" + "".join(f"<th>{_said(one)}</th>" for one in heads)
    yield "</tr></thead><tbody>"
    for one, count in told:
        yield _line(one, count, periods)
    yield "</tbody></table>"


def _line(one: Extract, count: int, periods: Periods) -> str:
    rule = rule_of(one.data_class)
    why = f"{_(rule.purpose)} ({_(BASES[rule.basis])})"
    cells = [_(SORTS[one.name]), number(count), why, span_words(rule, periods)]
    links = " ".join(f'<a href="{one.name}.{end}">{one.name}.{end}</a>' for end in ("json", "csv"))
    texts = "".join(f"<td>{_said(cell)}</td>" for cell in cells)
    return f"<tr>{texts}<td>{links}</td></tr>"


def _said(text: str) -> str:
    return html.escape(text)
