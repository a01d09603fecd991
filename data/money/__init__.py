"""What consumption costs and owes: bills, budgets, declarations to OPERAT."""
