"""What somebody may see of himself: his own data, and where he took part."""
