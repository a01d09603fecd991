"""Render the home page of an account without any delivery point: how to start."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components import kit
from components.consumption.empty_state import no_pce
from components.home.queue import Task, ToDo
from components.home.tasks import tasks_card
from core.access import Viewer
from core.i18n import _
from data.rights.types import PendingRight


def start_page(
    viewer: Viewer, awaited: PendingRight, to_do: ToDo, tasks: Sequence[Task]
) -> Component:
    waiting = [tasks_card(tasks, to_do, viewer.today)] if tasks else []
    return kit.page(_("Accueil"), children=[kit.card(no_pce(viewer, awaited)), *waiting])
