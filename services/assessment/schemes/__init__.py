"""Indicators, weights, caps and vetoes as versioned data, and the scorer that reads them."""
