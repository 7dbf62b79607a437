"""Trains the statistical layer; used by hand, never while messages are read."""
