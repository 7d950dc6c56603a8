"""What is filed, taken out as a file: made from what one may see, in one of its forms, and put on the record."""

from services.activities.papers.actions.behind import forget, make, order, take_ordered
from services.activities.papers.actions.bound import take_books, take_record
from services.activities.papers.actions.lists import may_take_numbers, take
from services.activities.papers.actions.trying import PRESSES

__all__ = [
    "PRESSES",
    "forget",
    "make",
    "may_take_numbers",
    "order",
    "take",
    "take_books",
    "take_ordered",
    "take_record",
]
