"""The template of the opinion form by the doors for programs: handed in, taken into use, given up."""

from services.assessment.papers.writers import blank_form
from tests.town import Doors


def handed(person, data: bytes, key: str):
    files = {"file": ("意见表.docx", data)}
    return person.ask("POST", "assessment/papers/opinion/templates", files=files, key=key)


def test_a_template_is_handed_in_used_and_given_up(doors: Doors):
    organiser = doors.organiser
    answer = handed(organiser, blank_form(), "template-1")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["name"], made["version"], made["in_use"]) == ("意见表.docx", 1, False)
    assert handed(organiser, b"%PDF-1.7", "template-2").status_code == 409

    use = f"assessment/paper-templates/{made['id']}/uses"
    doors.dongling.post(use, {}, status=404)
    doors.outsider.get("assessment/papers/opinion/templates", status=403)
    assert organiser.post(use, {})["in_use"]
    assert [row["in_use"] for row in organiser.get("assessment/papers/opinion/templates")] == [True]
    assert [row["in_use"] for row in organiser.post("assessment/papers/opinion/restorations", {})] == [False]
    sample = organiser.ask("GET", f"assessment/paper-templates/{made['id']}/sample")
    assert sample.content.startswith(b"PK")
