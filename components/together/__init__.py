"""Several PCE on one chart, stacked or summed."""
