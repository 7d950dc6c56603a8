"""By which ways somebody is told, in his own order; and a township's order for a post, for those who chose none."""

from alembic import op

revision = "notify_0017"
down_revision = "notify_0016"
branch_labels = None
depends_on = None

TABLES = """
create table notify.own_ways (
  person_id BIGINT NOT NULL,
  ways TEXT[] NOT NULL,
  set_at TIMESTAMP WITH TIME ZONE DEFAULT office.now() NOT NULL,
  CONSTRAINT own_ways_pkey PRIMARY KEY (person_id),
  CONSTRAINT own_ways_person_id_fkey FOREIGN KEY (person_id) REFERENCES office.person (id)
);
create table notify.post_ways (
  township_id BIGINT NOT NULL,
  post TEXT NOT NULL,
  ways TEXT[] NOT NULL,
  set_by BIGINT,
  set_at TIMESTAMP WITH TIME ZONE DEFAULT office.now() NOT NULL,
  CONSTRAINT post_ways_pkey PRIMARY KEY (township_id, post),
  CONSTRAINT post_ways_township_id_fkey FOREIGN KEY (township_id) REFERENCES office.unit (id)
);
alter table notify.own_ways enable row level security;
create policy reach on notify.own_ways using (office.reaches_all() or person_id = notify.person_acting());
alter table notify.post_ways enable row level security;
create policy reach on notify.post_ways using (office.reaches_all() or township_id in (select office.reached()));
grant select, insert, update, delete on notify.own_ways, notify.post_ways to xiaozu_notify;
grant select on notify.own_ways, notify.post_ways to xiaozu_keeper;
"""

ORDER = """
-- What somebody chose, else his post's default in the township; null: neither. Whoever ends a way sends his letters by
-- another, and sees no choice of his.
create function notify.chosen_ways(person bigint, township bigint, of_post text) returns text[] language sql stable
  security definer set search_path = notify, pg_temp as $$
  select coalesce((select o.ways from own_ways o where o.person_id = person),
    (select p.ways from post_ways p where p.township_id = township and p.post = of_post))
$$;
revoke execute on function notify.chosen_ways(bigint, bigint, text) from public;
grant execute on function notify.chosen_ways(bigint, bigint, text) to xiaozu_notify;
-- The order in which ways are tried: the chosen ones, then whatever else there is; without a choice, mail first.
create function notify.ways_for(person bigint, township bigint, of_post text, shipped text[]) returns text[]
  language sql stable as $$
  select c.ways || array(select s.way from unnest(shipped) with ordinality s (way, n)
                         where s.way <> all (c.ways) order by s.n)
  from (select coalesce(notify.chosen_ways(person, township, of_post), '{}') as ways) c
$$;
-- Whether a message goes by mail at once. What is formal or urgent: unless a way that there is comes first. Else: unless
-- he chose ways without it.
create function notify.by_mail(person bigint, township bigint, of_post text, kind text, phone boolean) returns boolean
  language sql stable as $$
  select case when c.ways is null then true
    when kind not in ('formal', 'urgent') then 'mail' = any (c.ways)
    else not exists (
      select from unnest(c.ways) with ordinality o (way, n)
      join notify.way w on w.unit_id = township and w.kind = o.way and w.ended_at is null
      where o.n < coalesce(array_position(c.ways, 'mail'), 99) and (o.way <> 'sms' or phone)) end
  from (select notify.chosen_ways(person, township, of_post) as ways) c
$$;
"""


def upgrade() -> None:
    """Lay the tables and what reads them."""
    op.execute(TABLES)
    op.execute(ORDER)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
