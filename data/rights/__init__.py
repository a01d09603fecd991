"""Access rights: permissions to read a PCE's data for a period and perimeter."""
