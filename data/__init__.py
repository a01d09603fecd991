"""The portal without screens or HTTP: a package a feature, in which some hold several parts."""
