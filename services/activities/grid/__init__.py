"""The grid (网格): who lives in which cell, who looks after it, and which cells and members nobody has linked."""
