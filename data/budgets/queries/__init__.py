"""Reading budgets: those of the viewer's organisation, and where each stands."""

from data.budgets.queries.charted import with_budget
from data.budgets.queries.following import follow
from data.budgets.queries.kept import get_budget, list_budgets, list_changes, visible

__all__ = ["follow", "get_budget", "list_budgets", "list_changes", "visible", "with_budget"]
