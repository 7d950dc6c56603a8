"""The pages of people's views."""

from services.activities.concerns.pages.concern import pages as one
from services.activities.concerns.pages.listing import pages as many
from services.activities.concerns.pages.photos import pages as photos
from services.activities.concerns.pages.usual import pages as usual

pages = [usual, photos, many, one]
