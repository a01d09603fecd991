"""Query thresholds and episodes; each query starts from what the viewer can see."""

from data.thresholds.queries.alert_page import count_alert_tabs, get_alert_page
from data.thresholds.queries.alerts import (
    count_bell,
    get_other_messages_condition,
    list_alerts,
)
from data.thresholds.queries.day_alert import get_day_alert
from data.thresholds.queries.episodes import (
    count_days_without_exceedance,
    get_episode,
    get_home_episodes,
    list_episodes,
    list_pce_episodes,
    load_episode_chips,
)
from data.thresholds.queries.groups import (
    find_similar_thresholds,
    get_group_plan,
    get_group_test,
    get_plan_test,
    load_scope_members,
)
from data.thresholds.queries.lists import (
    count_thresholds,
    get_threshold,
    list_notifiable_people,
    list_threshold_history,
    list_thresholds,
)
from data.thresholds.queries.sheets import list_sheet_rows
from data.thresholds.queries.standing import find_threshold_standing
from data.thresholds.queries.trial import get_back_test, get_proposal
from data.thresholds.queries.trial_queries import get_planned_test, get_trial_queries
from data.thresholds.queries.unscoped import DueWork, is_due
from data.thresholds.queries.versions import list_limit_lines
from data.thresholds.queries.visible import visible, visible_episodes

__all__ = [
    "DueWork",
    "count_alert_tabs",
    "count_bell",
    "count_days_without_exceedance",
    "count_thresholds",
    "find_similar_thresholds",
    "find_threshold_standing",
    "get_alert_page",
    "get_back_test",
    "get_day_alert",
    "get_episode",
    "get_group_plan",
    "get_group_test",
    "get_home_episodes",
    "get_other_messages_condition",
    "get_plan_test",
    "get_planned_test",
    "get_proposal",
    "get_threshold",
    "get_trial_queries",
    "is_due",
    "list_alerts",
    "list_episodes",
    "list_limit_lines",
    "list_notifiable_people",
    "list_pce_episodes",
    "list_sheet_rows",
    "list_threshold_history",
    "list_thresholds",
    "load_episode_chips",
    "load_scope_members",
    "visible",
    "visible_episodes",
]
