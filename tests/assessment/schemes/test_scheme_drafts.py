"""A scheme in the fields of a form: what nobody can mean is refused at its field, however long it is."""

import pytest

from services.assessment.schemes.rules.drafts import Misfits, rows_typed, scheme_typed

ENDLESS = "9" * 5000


class Fields(dict[str, list[str]]):
    """A form that was sent."""

    def text(self, name: str) -> str:
        return self.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        return self.get(name, [])


@pytest.mark.parametrize("button", [f"remove-{ENDLESS}", f"up-{ENDLESS}", "add"])
def test_a_row_of_an_endless_number_is_none(button: str):
    rows = rows_typed(Fields({"row": ["0", ENDLESS], "do": [button], "measure-0": ["veto"]}))

    assert [row.number for row in rows] == ([0, 1] if button == "add" else [0])


@pytest.mark.parametrize("field", ["year_from", "excellent_percent", "missing_at_least-0", "points"])
def test_an_endless_figure_is_answered_at_its_field(field: str):
    with pytest.raises(Misfits) as refused:
        scheme_typed(Fields({"row": ["0"], "measure-0": ["veto"], "name-0": ["学习"], field: [ENDLESS]}))

    assert "请填写" not in refused.value.fields[field]
