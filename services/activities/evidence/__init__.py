"""Evidence: what the groups did in a year, kind by kind, as counters with the things behind them; any topic's."""
