"""What is filed: rosters, ledgers, gaps, sums and books, as Excel, in print, and in the office's own form."""
