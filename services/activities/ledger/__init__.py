"""The record of an activity: who, when, what, attendance; submitted, confirmed, returned."""
