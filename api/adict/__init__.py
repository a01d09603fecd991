"""The distributor's ADICT API, version 2, as its integrators' programs call it.

French API names stay in this package; it calls the same actions and queries as the pages.
"""
