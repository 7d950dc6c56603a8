"""What is kept of a file once it is in: figures, and nobody's name."""

from typing import Any

from services.activities.grid.rules.planned import GridPlan
from services.activities.ledger.rules.plan import LedgerPlan
from services.activities.register.rules.changes import RosterPlan
from services.activities.register.rules.committees import CommitteesPlan


def roster_outcome(plan: RosterPlan) -> dict[str, Any]:
    """What is kept of a roster that is in: figures, no names."""
    kinds = {kind: figures_of(tally) for kind, tally in plan.tallies.items()}
    lost = sum(bool(row.lost) for row in plan.people)
    return plan.counts | {"kinds": kinds, "leaving": len(plan.leaving), "lost": lost, "cares": len(plan.cares)}


def ledger_outcome(plan: LedgerPlan) -> dict[str, Any]:
    """What is kept of a ledger that is in."""
    return plan.counts | {"added": len(plan.activities), "unchanged": plan.unchanged}


def committees_outcome(plan: CommitteesPlan) -> dict[str, Any]:
    """What is kept of new committees that are in."""
    return plan.counts | {"unchanged": plan.unchanged}


def grid_outcome(plan: GridPlan) -> dict[str, Any]:
    """What is kept of a ledger of the grid that is in."""
    return plan.counts | {"unchanged": plan.unchanged}


def figures_of(tally: Any) -> dict[str, int]:  # noqa: ANN401  a tally of the register
    """Its three figures."""
    return {"added": tally.added, "changed": tally.changed, "unchanged": tally.unchanged}
