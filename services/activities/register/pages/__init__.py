"""The register's pages: units, people, posts and accounts."""

from services.activities.register.pages import (
    accounts,
    beginning,
    checking,
    correcting,
    membership,
    officers,
    people,
    regrouping,
    roll,
    slips,
    units,
)

pages = [
    units.pages,
    regrouping.pages,
    people.pages,
    roll.pages,
    checking.pages,
    membership.pages,
    correcting.pages,
    accounts.pages,
    slips.pages,
    officers.pages,
]
office_pages = [beginning.pages]
