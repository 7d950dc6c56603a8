"""Files of the office handed in on a page: looked at first, then brought in."""
