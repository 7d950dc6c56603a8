"""The head of the chain leaves the house by mail, where a setting says whereto."""

from base64 import b64decode

from services.notify.channels import outside
from shared import audit, daily, work
from shared.db import unit
from shared.settings import settings
from tests.shared.test_audit import happen, seal


def letters() -> list[str]:
    return [file.read_text() for file in sorted(outside.folder().glob("*.eml"))] if outside.folder().is_dir() else []


def test_the_head_goes_to_the_address_that_a_setting_names_once_a_day(office, settled_environment):
    happen(1, 2)
    seal()
    daily.post("notify")
    work.settle(("notify",))
    nowhere = letters()

    settled_environment.setenv("XIAOZU_HEAD_MAIL", "archive@county.example")
    settings.cache_clear()
    with unit("notify") as session:
        work.post(session, "notify.mail_head", key="again", payload={})
        work.post(session, "notify.mail_head", key="and again", payload={})
    work.settle(("notify",))

    assert nowhere == []
    head, body = letters()[0].split("\n\n", 1)
    assert "To: archive@county.example" in head
    with unit("keeper") as session:
        assert audit.newest_head(session).grouped in b64decode(body).decode()
    assert len(letters()) == 1  # of one day there is one letter
