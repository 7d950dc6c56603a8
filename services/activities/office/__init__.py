"""The office itself: its settings, the rules in force, the audit and its seals, the health of the machine."""
