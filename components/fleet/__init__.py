"""All the PCE of somebody at a glance: what drifts, what is missing, how fresh the data are."""
