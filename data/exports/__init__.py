"""Exports: data of many PCE written to a file, kept some days for whoever may read them."""
