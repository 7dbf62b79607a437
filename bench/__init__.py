"""How fast a turn is, beside what else could be used."""
