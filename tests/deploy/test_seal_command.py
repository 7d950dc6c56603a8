"""`xiaozu seal`: how far the history fits its seal, and what became of a head that was kept outside."""

import json

import pytest

from deploy import doctor
from deploy.cli import seal as command
from shared.db import unit
from shared.settings import settings
from tests.conftest import forget
from tests.shared.test_audit import happen, owner, seal


def ended(capsys, run, *asked, **options) -> tuple[int, dict]:
    """The exit code, and the one object that was printed."""
    capsys.readouterr()
    forget()  # a command reads the settings anew
    with pytest.raises(SystemExit) as end:
        run(settings().data, *asked, as_json=True, **options)
    return end.value.code, json.loads(capsys.readouterr().out)


def test_a_head_is_shown_looked_up_and_missed_once_the_chain_was_cut(office, capsys):
    happen(1, 2)
    seal()

    code, shown = ended(capsys, command.show)
    day, link, head = shown["head"].split()
    stands = ended(capsys, command.look_up, f"{head[:32]} {head[32:].upper()}", None)
    other = ended(capsys, command.look_up, head, 1)
    owner(office, "delete from office.seal where seq = 2")
    cut = ended(capsys, command.show)

    assert (code, shown["fits"], day, link) == (0, True, "2025-03-03", "2")
    assert (stands[0], stands[1]["link"], stands[1]["stands"]) == (0, 2, True)
    assert (other[0], other[1]["stands"]) == (1, False)
    assert (cut[0], cut[1]["lost"]) == (1, [shown["head"]])
    with unit("keeper") as session:
        assert "1 heads kept outside are no links of the chain: link 2 of 2025-03-03" in doctor.chain_verifies(session)
