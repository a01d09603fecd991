"""What the distributor sets for its portal: its name, its delays, its carbon factor, its words."""
