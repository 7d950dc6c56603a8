"""The register's pages: units, people, posts and accounts."""

from services.activities.register.pages import accounts, correcting, membership, officers, people, regrouping, units

pages = [
    units.pages,
    regrouping.pages,
    people.pages,
    membership.pages,
    correcting.pages,
    accounts.pages,
    officers.pages,
]
