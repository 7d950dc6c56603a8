"""Every page of the house, in the named world after its two years."""
