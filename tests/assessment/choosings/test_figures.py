"""The township's figures on its leaders: what is not known is neither young nor old, and no village is set beside another."""

from datetime import date

from services.assessment.choosings import queries
from shared.db import unit
from tests.town import DONGLING, FIRST

DAY = date(2025, 3, 3)


def figures(town, day=DAY):
    with unit("assessment") as session:
        (found,) = queries.figures_of(session, town.id, [day], 40)
        return tuple(found)


def test_what_is_not_known_stands_apart(town, sql):
    assert figures(town) == (6, 6, 0, 6, 0, 6)
    first, second, third = (town.people[name] for name in ("孙勤", "何闲", "冯实"))
    sql("update office.person set born_on = '1985-03-04', education = '高中' where id = %s", first)
    sql("update office.person set born_on = '1985-03-03', education = '初中' where id = %s", second)
    sql("update office.person set education = '速成班' where id = %s", third)
    assert figures(town) == (6, 6, 1, 4, 1, 4)  # forty on that very day is not under forty
    assert figures(town, date(2022, 12, 31)) == (0, 0, 0, 0, 0, 0)


def test_a_vacant_post_is_no_leader(town, sql):
    sql("update office.post set ends_on = '2025-03-01' where unit_id = %s", town.groups[DONGLING, FIRST])
    assert figures(town)[:2] == (6, 5)
    assert figures(town, date(2025, 2, 28))[:2] == (6, 6)
