"""The set-based statement and the scorer agree bit for bit, on a real PostgreSQL."""

from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

import services.assessment.schemes as topic
from services.assessment.schemes.rules import KindTally, columns, read_scheme, scheme_from, score, score_sql, tally_from
from shared.errors import Invalid

EXAMPLE = read_scheme(Path(topic.__file__).with_name("examples").joinpath("leader-example.yaml").read_text("utf-8"))
KINDS = ("study", "group_meeting", "life_meeting", "service")
LARGEST = 2**31 - 1

kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=4, unique=True)
hundredths = st.integers(1, 100_000).map(lambda n: f"{n // 100}.{n % 100:02}")
few = st.integers(0, 14)
figure = st.one_of(few, st.integers(0, 500), st.sampled_from([0, 1, LARGEST]))


def earning(measure, **more):
    shape = {"measure": st.just(measure), "points": hundredths, "bonus": st.booleans(), "kinds": kinds, **more}
    return st.fixed_dictionaries(shape)


indicators = st.one_of(
    earning("share"),
    earning("attendance", full_at=st.integers(1, 100)),
    earning("per_item", each=hundredths, beyond=st.sampled_from([0, 1, 4, 1000])),
    earning("hours", hours=st.integers(1, 1000), pro_rata=st.none() | st.sampled_from(KINDS)),
    earning("by_hand", kinds=st.just([]), by=st.sampled_from(["branch", "township"])),
    st.fixed_dictionaries({"measure": st.just("deduct"), "points": hundredths, "each": hundredths, "kinds": kinds}),
    st.fixed_dictionaries({"measure": st.just("veto"), "missing_at_least": st.integers(1, 12), "kinds": kinds}),
)


@st.composite
def schemes(draw):
    base = {**draw(earning("share")), "bonus": False}
    lines = [base, *draw(st.lists(indicators, max_size=9))]
    named = [{**each, "key": f"k_{'abcdefghij'[at]}", "name": f"指标{at}"} for at, each in enumerate(lines)]
    worth = sum(round(float(each["points"]) * 100) for each in named if each.get("bonus") is False)
    over = draw(st.booleans())
    high = draw(st.integers(1, worth))
    written = {
        "key": "drawn",
        "name": "抽取的方案",
        "version": "1",
        "year_from": 2025,
        "applies_to": "leader",
        "points": text(worth),
        "over_base": over,
        "total_cap": draw(st.none() | st.just(text(worth + 700))) if over else None,
        "bonus_cap": draw(st.none() | hundredths),
        "grades": {"excellent": text(high), "competent": text(draw(st.integers(0, high - 1)))},
        "indicators": named,
    }
    return scheme_from(written)


def text(points):
    return f"{points // 100}.{points % 100:02}"


@dataclass
class Twin:
    """Scores the same tallies by the statement."""

    connection: psycopg.Connection

    def scored(self, scheme, rows):
        names = columns(scheme)
        values = ", ".join("(" + ", ".join(f"{row[name]}::bigint" for name in ("n", *names)) + ")" for row in rows)
        statement = f"with t({', '.join(('n', *names))}) as (values {values}) {score_sql(scheme, keep=['n'])}"
        return self.connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def twin(postgres_server):
    with psycopg.connect(postgres_server.owner_url, autocommit=True, row_factory=dict_row) as connection:
        yield Twin(connection)


def rows_for(scheme, drawn):
    return [{"n": n, **dict(zip(columns(scheme), cycle(row), strict=False))} for n, row in enumerate(drawn)]


def agree(scheme, rows, answers):
    assert len(answers) == len(rows)
    for row, found in zip(rows, sorted(answers, key=lambda each: each["n"]), strict=True):
        sheet = score(scheme, tally_from(row))
        assert found == {
            "n": row["n"],
            "total": sheet.total,
            "base": sheet.base,
            "bonus": sheet.bonus,
            "deducted": sheet.deducted,
            "vetoed": sheet.vetoed,
            "grade": sheet.grade,
            "items": sheet.by_key,
        }


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(schemes(), st.lists(st.lists(figure, min_size=24, max_size=24), min_size=1, max_size=12))
def test_the_statement_and_the_scorer_agree_on_any_scheme_and_any_tallies(twin, scheme, drawn):
    rows = rows_for(scheme, drawn)

    agree(scheme, rows, twin.scored(scheme, rows))


def test_they_agree_on_the_example_at_every_count_of_meetings(twin):
    empty = dict.fromkeys(columns(EXAMPLE), 0)
    rows = [
        {
            **empty,
            "n": 13 * owed + met,
            "owed_study": owed,
            "months_study": met,
            "owed_group_meeting": 12,
            "months_group_meeting": met,
        }
        for owed in range(13)
        for met in range(13)
    ]

    agree(EXAMPLE, rows, twin.scored(EXAMPLE, rows))


def test_they_agree_that_an_empty_year_has_no_grade(twin):
    shares = EXAMPLE.model_copy(update={"indicators": EXAMPLE.indicators[:4]})
    [found] = twin.scored(shares, [{"n": 1, **dict.fromkeys(columns(shares), 0)}])

    assert (found["total"], found["base"], found["grade"], found["vetoed"]) == (None, None, None, False)


def test_the_largest_figures_that_a_scheme_allows_do_not_overflow(twin):
    largest = {**dict.fromkeys(columns(EXAMPLE), LARGEST), "n": 1}

    agree(EXAMPLE, [largest], twin.scored(EXAMPLE, [largest]))


def test_all_columns_come_back_as_whole_numbers(twin):
    kind = {kind: KindTally(done=1, months=1, owed=1) for kind in EXAMPLE.kinds}
    row = {"n": 1, **{name: getattr(kind[name.partition("_")[2]], name.partition("_")[0]) for name in columns(EXAMPLE)}}

    [found] = twin.scored(EXAMPLE, [row])

    assert {type(found[name]) for name in ("total", "base", "bonus", "deducted")} == {int}
    assert found["items"]["no_group_life"] is False


def test_a_scheme_that_could_carry_anything_else_into_the_statement_is_refused():
    data = EXAMPLE.as_data()
    data["indicators"][0]["kinds"] = ["study) from t; drop table x --"]

    with pytest.raises(Invalid):
        scheme_from(data)
