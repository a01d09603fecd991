"""How a site answers the cold, drawn and told."""
