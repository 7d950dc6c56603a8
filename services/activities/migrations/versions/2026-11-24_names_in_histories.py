"""The names on a record, with those of whoever took one of its steps."""

from alembic import op

revision = "activities_0007"
down_revision = "activities_0006"
branch_labels = None
depends_on = None

NAMES = """
create or replace function activities.names_on_records(records bigint[])
  returns table(person_id bigint, account_id bigint, name text)
  language sql stable security definer set search_path = activities, office as $$
    with seen as (
      select a.* from activity a where a.id = any (records)
        and (office.reaches_all() or a.group_id in (select office.reached()))),
    named as (
      select chair_id as person_id from seen union select recorder_id from seen
      union select t.person_id from attendance t join seen on seen.id = t.activity_id),
    acting as (
      select written_by as account_id from seen union select confirmed_by from seen
      union select r.replaced_by from revision r join seen on seen.id = r.activity_id
      union select h.actor_id from happening h join seen on h.subject = 'activity:' || seen.id)
    select p.id, null::bigint, p.name from named join person p on p.id = named.person_id
    union all
    select null::bigint, c.id, p.name from acting join account c on c.id = acting.account_id
      join person p on p.id = c.person_id $$;
"""


def upgrade() -> None:
    """Look into the history too."""
    op.execute(NAMES)


def downgrade() -> None:
    """The function is taken away with the migration that made it."""
