"""Calls that leave the building: which places may be called, how a call is made, and what is in the way of one."""
