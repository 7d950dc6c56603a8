"""The register's pages: units, people, posts and accounts."""

from services.activities.register.pages import (
    accounts,
    correcting,
    membership,
    officers,
    people,
    regrouping,
    roll,
    units,
)

pages = [
    units.pages,
    regrouping.pages,
    people.pages,
    roll.pages,
    membership.pages,
    correcting.pages,
    accounts.pages,
    officers.pages,
]
