"""What the tests of the ground stand on."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared import clock
from tests.conftest import START, set_office_date
from tests.servers import Database
from tests.shared.place import place, secretary
from tests.shared.trial import client, kept, post

__all__ = ["client", "kept", "place", "post", "secretary"]


@pytest.fixture
def pass_time(office: Database) -> Callable[[timedelta], None]:
    """Let the office's clock go on by so much, from where the test began."""
    passed = [clock.moment(START, 9)]

    def go_on(span: timedelta) -> None:
        passed[0] += span
        set_office_date(office, passed[0])

    return go_on
