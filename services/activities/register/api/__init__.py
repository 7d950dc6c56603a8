"""The register's doors: units and people, and what becomes of members."""

from services.activities.register.api import care, members, transfers, units

doors = [units.door, members.door, transfers.door, care.door]
