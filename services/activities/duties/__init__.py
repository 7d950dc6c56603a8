"""What a group owes by when, what is missing, and the year at a glance."""
