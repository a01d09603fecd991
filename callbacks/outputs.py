"""Outputs of the frame, which any callback may write: a toast, another page, the address bar."""

from dash import Output

from components.frame import Ids

TOASTS = Output(Ids.TOASTS, "children", allow_duplicate=True)
LOCATION = Output(Ids.LOCATION, "href", allow_duplicate=True)
URL = Output(Ids.URL, "data", allow_duplicate=True)
