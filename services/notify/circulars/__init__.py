"""Notices that an office writes itself: to posts of chosen units, with files and receipts."""
