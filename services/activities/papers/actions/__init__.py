"""What is filed, taken out as a file: made from what one may see, in one of its forms, and put on the record."""

from services.activities.papers.actions.bound import take_books, take_record
from services.activities.papers.actions.lists import may_take_numbers, take
from services.activities.papers.actions.trying import PRESSES

__all__ = ["PRESSES", "may_take_numbers", "take", "take_books", "take_record"]
