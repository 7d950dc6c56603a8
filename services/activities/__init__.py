"""What the groups are, and what they do."""
