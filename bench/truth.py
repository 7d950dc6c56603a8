"""What every variant must come to: the pure scorer over every group's tally, one after the other."""

from importlib.resources import files

from bench.seed import YEAR, periods
from services.assessment.schemes.rules import KindTally, read_scheme, score

SUMS = """
select count(*), coalesce(sum(total), 0), count(*) filter (where {grade} = 'excellent'),
  count(*) filter (where {grade} = 'competent'), count(*) filter (where {grade} = 'incompetent')
from {table}"""


def example():
    """The scheme that ships: it is what a cycle takes when the township has none of its own."""
    return read_scheme(
        files("services.assessment.schemes").joinpath("examples", "leader-example.yaml").read_text("utf-8")
    )


def truth(connection, town):
    """(sheets, sum of totals, excellent, competent, incompetent) by the Python scorer."""
    rows = connection.execute(
        "select t.group_id, t.kind, done, present, expected, minutes, ids from activities.tally t"
        " join office.unit u on u.id = t.group_id where u.township_id = %s and year = %s",
        [town.id, YEAR],
    )
    years = {}
    for group, kind, *figures in rows:
        years.setdefault(group, {})[kind] = figures
    scheme, owed = example(), periods()
    sheets = [score(scheme, tally_of(year, owed)) for year in years.values()]
    grades = [sheet.grade for sheet in sheets]
    return (len(sheets), sum(sheet.total or 0 for sheet in sheets), *(grades.count(grade) for grade in GRADES))


GRADES = ("excellent", "competent", "incompetent")


def tally_of(year, owed):
    """A group's tally from {kind: (done, present, expected, minutes, each by month, ids)}."""
    nothing = ([0] * 12, [0], [0], [0], [])
    return {kind: kind_tally(year.get(kind, nothing), owed.get(kind, [])) for kind in year.keys() | owed.keys()}


def kind_tally(figures, owed):
    """One kind, with how much of what was owed was held in its period."""
    done, *others, ids = figures
    met = KindTally.by_month(done, owed)
    return KindTally(met.done, met.months, met.owed, *map(sum, others), tuple(ids))


def written(connection, table, grade="grade"):
    """The same figures of what a variant has written; `table` may be any FROM."""
    return tuple(map(int, connection.execute(SUMS.format(table=table, grade=grade)).fetchone()))
