"""Bills held against the readings of the same days: what agrees, what differs, by how much."""
