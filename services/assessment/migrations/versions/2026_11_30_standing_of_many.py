"""Whether many may stand, each on a day of his own and for a group of his own, asked at once."""

from alembic import op

revision = "assessment_0040"
down_revision = "assessment_0039"
branch_labels = None
depends_on = None

FUNCTION = """
create function assessment.standings_of(people bigint[], days date[], but bigint[])
  returns table (n bigint, barred boolean, elsewhere text[])
  language sql stable security definer set search_path = assessment, office, pg_temp as $$
    select x.n,
      exists (select from not_standing s where s.person_id = p.id
        and s.starts_on <= x.day and (s.ends_on is null or s.ends_on > x.day)),
      array(select case when starts_with(unit.name, above.name) then unit.name else concat(above.name, unit.name) end
        from office.post o join office.unit on unit.id = o.unit_id left join office.unit above on above.id = unit.branch_id
        where o.person_id = p.id and o.kind in ('leader', 'deputy') and o.unit_id <> x.but
          and (o.ends_on is null or o.ends_on > greatest(x.day, o.starts_on)) order by 1)
    from unnest(people, days, but) with ordinality as x (person, day, but, n)
    join office.person p on p.id = x.person and (office.reaches_all() or p.unit_id in (select office.reached())) $$;
revoke execute on function assessment.standings_of(bigint[], date[], bigint[]) from public;
grant execute on function assessment.standings_of(bigint[], date[], bigint[]) to xiaozu_assessment;
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(FUNCTION)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
