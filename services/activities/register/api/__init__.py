"""The register's doors: units and people, and what becomes of members."""

from services.activities.register.api import members, standing_in, units

doors = [units.door, members.door, standing_in.door]
