"""The register's doors: units and people, and what becomes of members."""

from services.activities.register.api import members, units

doors = [units.door, members.door]
