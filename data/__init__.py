"""The core of the portal: one package for each feature, without screens or HTTP."""
