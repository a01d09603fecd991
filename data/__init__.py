"""Core of the portal: one package per feature, without screens or HTTP."""
