"""The register's doors: units and people, and what becomes of members."""

from services.activities.register.api import care, members, standing_in, terms, transfers, units

doors = [units.door, members.door, transfers.door, care.door, standing_in.door, terms.door]
