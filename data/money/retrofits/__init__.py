"""Energy retrofits of sites, and the savings measured after them."""
