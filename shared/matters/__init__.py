"""A matter (事项): something with a number, a holder and a clock.

`columns` are what its tables have, `rules` what holds whatever the topic, `actions` what is done with it, and
templates/matter.html how it is shown. Each topic has its own tables and its own table of moves.
"""
