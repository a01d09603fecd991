"""The operator's settings of its portal: name, delays, carbon factor and texts."""
