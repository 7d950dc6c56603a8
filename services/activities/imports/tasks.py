"""What happens to files by themselves."""

from typing import Any

from services.activities.imports import actions
from shared import work
from shared.db import Session


@work.task("activities.forget_file")
def forget_file(session: Session, payload: dict[str, Any]) -> None:
    """A file has been kept long enough."""
    actions.forget(session, payload["handed_id"])
