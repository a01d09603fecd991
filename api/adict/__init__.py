"""The distributor's ADICT API, version 2: what its integrators' programs already speak.

Its French names live here; behind them stand the actions and the queries of the screens.
"""
