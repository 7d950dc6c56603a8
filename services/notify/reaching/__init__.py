"""Who gets what by which way: one's own ways in order, and a township's order for each post."""
