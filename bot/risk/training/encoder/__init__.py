"""Trains the sentence encoder, by hand and in an environment of its own; never while messages are read."""
