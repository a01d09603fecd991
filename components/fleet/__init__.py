"""Fleet screens: drifts, missing days and data freshness of all the PCEs."""
