"""The register's pages: units, people, posts and accounts."""

from services.activities.register.pages import (
    accounts,
    beginning,
    care,
    checking,
    correcting,
    listing,
    membership,
    officers,
    people,
    regrouping,
    roll,
    rule_sets,
    slips,
    standing_in,
    terms,
    transfers,
    units,
)

pages = [
    units.pages,
    regrouping.pages,
    people.pages,
    roll.pages,
    checking.pages,
    listing.pages,
    rule_sets.pages,
    membership.pages,
    correcting.pages,
    transfers.pages,
    care.pages,
    accounts.pages,
    slips.pages,
    officers.pages,
    standing_in.pages,
    terms.pages,
]
office_pages = [beginning.pages]
