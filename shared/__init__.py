"""The ground that every house stands on; it knows no house."""
