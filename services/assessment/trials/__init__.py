"""What another scheme would have made of a year: computed from the frozen evidence, and never stored."""
