"""Download the lines of a bulk operation on rights."""

import csv
import io

from flask import Blueprint, Response, request

from api.context import open_reading
from core.i18n import N_, _, set_language
from data.rights import queries
from data.rights.types import ActLineState

routes = Blueprint("rights_acts", __name__)
_STATES = {
    ActLineState.TO_DO: N_("à faire"),
    ActLineState.DONE: N_("fait"),
    ActLineState.LEFT: N_("laissé"),
    ActLineState.UNDONE: N_("rétabli"),
    ActLineState.KEPT: N_("fait, non rétabli"),
}


@routes.get("/droits/operation/lignes")
def lines() -> Response:
    """Export each right of an operation: its PCE, outcome, and reason if left out."""
    with open_reading() as context:
        set_language(context.viewer.language)
        number = queries.read_act_number(request.args.get("n", ""))
        states = {state.value: state for state in ActLineState}
        state = states.get(request.args.get("etat", ""))
        act_lines = queries.list_act_lines(context.db, context.viewer, number, state)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("PCE"), _("Site"), _("Titulaire"), _("Résultat"), _("Pourquoi")])
    writer.writerows(
        [
            act_line.number,
            _safe(act_line.site),
            _safe(act_line.holder),
            _(_STATES[act_line.state]),
            _(act_line.reason, **act_line.params),
        ]
        for act_line in act_lines
    )
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="operation-{number}.csv"'
    return answer


def _safe(text: str) -> str:
    """Return the text protected from being read as a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
