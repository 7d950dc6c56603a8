"""What is said to whom: the table of tellings, the inbox, receipts, passing on."""
