"""Reading thresholds and their episodes: every read starts from what the viewer may see."""

from data.thresholds.queries.episodes import (
    chips,
    days_without_exceedance,
    get_episode,
    home_episodes,
    list_episodes,
    open_episodes_of,
)
from data.thresholds.queries.kept import limits_of
from data.thresholds.queries.lists import (
    count_thresholds,
    get_threshold,
    history,
    list_thresholds,
    people,
)
from data.thresholds.queries.service import Due, is_due
from data.thresholds.queries.sheets import sheet_rows
from data.thresholds.queries.trial import back_test, propose, watched
from data.thresholds.queries.visible import visible, visible_episodes

__all__ = [
    "Due",
    "back_test",
    "chips",
    "count_thresholds",
    "days_without_exceedance",
    "get_episode",
    "get_threshold",
    "history",
    "home_episodes",
    "is_due",
    "limits_of",
    "list_episodes",
    "list_thresholds",
    "open_episodes_of",
    "people",
    "propose",
    "sheet_rows",
    "visible",
    "visible_episodes",
    "watched",
]
