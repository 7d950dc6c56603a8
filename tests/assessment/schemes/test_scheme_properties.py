"""What holds for any scheme and any tally."""

from dataclasses import replace
from fractions import Fraction
from math import floor

from hypothesis import assume, given
from hypothesis import strategies as st

from services.assessment.schemes.rules import (
    KindTally,
    scheme_from,
    score,
    written,
)
from shared.errors import Invalid
from tests.assessment.schemes.given_schemes import (
    KINDS,
    SHARE,
    scheme,
)

numbers = st.integers(0, 400)
kind_tallies = st.builds(
    KindTally, numbers, st.integers(0, 15), st.integers(0, 14), numbers, numbers, st.integers(0, 5000)
)
tallies = st.dictionaries(st.sampled_from(KINDS), kind_tallies)
points = st.integers(1, 99_99).map(written)
some_kinds = st.lists(st.sampled_from(KINDS), min_size=1, max_size=4, unique=True)
bonus = st.booleans()
lines = st.one_of(
    st.fixed_dictionaries({"measure": st.just("share"), "points": points, "bonus": bonus, "kinds": some_kinds}),
    st.fixed_dictionaries(
        {
            "measure": st.just("attendance"),
            "points": points,
            "bonus": bonus,
            "kinds": some_kinds,
            "full_at": st.integers(1, 100),
        }
    ),
    st.fixed_dictionaries(
        {
            "measure": st.just("per_item"),
            "points": points,
            "bonus": bonus,
            "kinds": some_kinds,
            "each": points,
            "beyond": st.integers(0, 9),
        }
    ),
    st.fixed_dictionaries(
        {
            "measure": st.just("hours"),
            "points": points,
            "bonus": bonus,
            "kinds": some_kinds,
            "hours": st.integers(1, 100),
            "pro_rata": st.none() | st.sampled_from(KINDS),
        }
    ),
    st.fixed_dictionaries({"measure": st.just("deduct"), "points": points, "each": points, "kinds": some_kinds}),
    st.fixed_dictionaries({"measure": st.just("veto"), "missing_at_least": st.integers(1, 12), "kinds": some_kinds}),
)


@st.composite
def schemes(draw):
    drawn = draw(st.lists(lines, max_size=6))
    over = draw(st.booleans())
    cap = {"total_cap": draw(st.none() | st.sampled_from([8000, 9999]))} if over else {}
    grades = {"excellent": "0.01", "competent": 0} if draw(st.booleans()) else {"excellent": 5, "competent": "2.5"}
    extra = {"bonus_cap": draw(st.none() | points), "over_base": over, "grades": grades}
    one = {**SHARE, "points": "7.77", "kinds": draw(some_kinds)}
    try:
        return scheme(one, *drawn, **extra, **cap)
    except (Invalid, ValueError):
        assume(False)


def exactly(value):
    """Rounded half up, by the definition."""
    return floor(value + Fraction(1, 2))


@given(schemes(), tallies)
def test_the_total_lies_between_nothing_and_the_cap(scheme, tally):
    sheet = score(scheme, tally)

    assert sheet.total is None or 0 <= sheet.total <= (scheme.cap or sheet.total)
    assert sheet.base is None or 0 <= sheet.base <= scheme.points
    assert all(item.earned is None or abs(item.earned) <= item.points for item in sheet.items)


@given(schemes(), tallies)
def test_the_base_is_the_exact_fraction_rounded_once(scheme, tally):
    sheet = score(scheme, tally)
    by_key = sheet.by_key
    applying = [each for each in scheme.base if by_key[each.key] is not None]

    if not applying:
        assert sheet.base is None
        return
    part = sum(by_key[each.key] for each in applying)
    assert sheet.base == exactly(Fraction(part * scheme.points, sum(each.points for each in applying)))


@given(st.integers(1, 10**5), st.integers(0, 500), st.integers(1, 500), st.integers(1, 100))
def test_proportions_are_the_exact_fractions_rounded_half_up(worth, part, whole, full_at):
    share, attendance = (
        {**SHARE, "points": written(worth)},
        {"measure": "attendance", "points": written(worth), "full_at": full_at},
    )
    tally = {"study": KindTally(months=part, owed=whole, present=part, expected=whole)}

    sheet = score(
        scheme(share, attendance, points=written(2 * worth), over_base=True, grades={"excellent": 1, "competent": 0}),
        tally,
    )

    assert sheet.items[0].earned == exactly(worth * min(Fraction(part, whole), Fraction(1)))
    assert sheet.items[1].earned == exactly(worth * min(Fraction(100 * part, whole * full_at), Fraction(1)))


@given(schemes(), tallies, st.sampled_from(KINDS), st.sampled_from(["done", "months", "present", "minutes"]))
def test_doing_more_never_lowers_the_score(scheme, tally, kind, figure):
    before = tally.get(kind, KindTally())
    more = {**tally, kind: replace(before, **{figure: getattr(before, figure) + 1})}

    one, two = score(scheme, tally), score(scheme, more)

    assert (one.total is None) == (two.total is None)
    assert one.total is None or one.total <= two.total
    assert not (two.vetoed and not one.vetoed)


@given(schemes(), tallies)
def test_a_kind_of_which_nothing_was_owed_or_done_costs_nothing(scheme, tally):
    sheet = score(scheme, {kind: each for kind, each in tally.items() if each.owed})

    for item, indicator in zip(sheet.items, scheme.indicators, strict=True):
        if indicator.measure in {"share", "deduct", "veto"} and not any(
            kind in tally and tally[kind].owed for kind in indicator.kinds
        ):
            assert not item.applies


@given(schemes())
def test_every_scheme_reads_back_from_its_stored_form(scheme):
    assert scheme_from(scheme.as_data()) == scheme
