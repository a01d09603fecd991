"""Reading thresholds and their episodes: every read starts from what the viewer may see."""

from data.thresholds.queries.asking import asks_of, planned
from data.thresholds.queries.episodes import (
    chips,
    days_without_exceedance,
    episodes_of,
    get_episode,
    home_episodes,
    list_episodes,
)
from data.thresholds.queries.groups import (
    alike,
    group_test,
    members,
    plan,
    planned_test,
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
from data.thresholds.queries.standing import standing
from data.thresholds.queries.trial import back_test, propose
from data.thresholds.queries.visible import visible, visible_episodes

__all__ = [
    "Due",
    "alike",
    "asks_of",
    "back_test",
    "chips",
    "count_thresholds",
    "days_without_exceedance",
    "episodes_of",
    "get_episode",
    "get_threshold",
    "group_test",
    "history",
    "home_episodes",
    "is_due",
    "limits_of",
    "list_episodes",
    "list_thresholds",
    "members",
    "people",
    "plan",
    "planned",
    "planned_test",
    "propose",
    "sheet_rows",
    "standing",
    "visible",
    "visible_episodes",
]
