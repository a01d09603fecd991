"""Pure rules of budgets."""
