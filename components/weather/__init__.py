"""Weather screens: stations, their days and the PCEs they serve."""
