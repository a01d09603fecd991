"""What the portal is held against: a Flask view, a bare Dash callback, a bare one-chart page.

Each runs the very statements that the portal ran for the same PCE (`statements.json`), and
nothing else: no sign-in, no rights, no table, no sentence.
"""

import json
import os
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any

from dash import Dash, Input, Output, dcc, html
from flask import Flask, jsonify, request

PLACE = Path(os.environ.get("BENCH_PLACE", "."))
Figure = dict[str, Any]


@cache
def statements() -> dict[str, list[tuple[str, list[Any]]]]:
    """Number of a PCE to the (SQL, parameters) that the portal ran to chart it."""
    found: dict[str, list[tuple[str, list[Any]]]] = json.loads(
        (PLACE / "statements.json").read_text("utf8")
    )
    return found


def rows(pce: str) -> list[list[Any]]:
    """Everything that the statements of *pce* answer, the longest answer last."""
    connection = sqlite3.connect(PLACE / "portal.db")
    try:
        answers = [
            [list(row) for row in connection.execute(sql, values)]
            for sql, values in statements()[pce]
        ]
    finally:
        connection.close()
    return max(answers, key=len)


def figure(pce: str, last: int = 36) -> Figure:
    """The last values of *pce* as plain dicts: one bar each."""
    values = [next((v for v in row[1:] if isinstance(v, int)), 0) for row in rows(pce)][-last:]
    return {
        "data": [{"type": "bar", "x": list(range(len(values))), "y": values}],
        "layout": {"margin": {"t": 10}},
    }


def flask_view() -> Flask:
    server = Flask(__name__)

    @server.get("/series")
    def series() -> Any:
        return jsonify(rows(request.args["pce"]))

    return server


def bare_dash() -> Flask:
    """One chart and two words to press; everything else is Dash's own."""
    app = Dash(__name__)
    numbers = list(statements())

    def layout() -> html.Div:
        return html.Div(
            [
                dcc.RadioItems(numbers[:2], numbers[0], id="pce"),
                dcc.Graph(id="chart", figure=figure(numbers[0])),
            ]
        )

    app.layout = layout

    @app.callback(Output("chart", "figure"), Input("pce", "value"), prevent_initial_call=True)
    def show(pce: str) -> Figure:
        return figure(pce)

    server: Flask = app.server
    server.test_client().get("/")  # or two first requests at once may find it half set up
    return server
