"""A year for a township: its calendar, its stages, its quota."""
