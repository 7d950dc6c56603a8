"""How well it went: the year of the leaders, assessed."""
