"""The core of the portal: one package a feature, no screen, no HTTP."""
