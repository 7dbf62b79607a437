"""Besa: scheduled check-ins, signals of danger, and a human who answers each of them."""
