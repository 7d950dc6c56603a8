"""Whoever stood in for a post and then holds it has what is fixed to it."""

from alembic import op

revision = "office_0027"
down_revision = "office_0026"
branch_labels = None
depends_on = None

# As before; but whoever holds a post is no less its holder because he stood in for it too.
STOREY = """case when {post} in ('leader', 'deputy') then o.unit_id
      when {post} in ('secretary', 'committee_member') then o.branch_id else o.township_id end"""
HOLDS = "{0}.starts_on <= day and ({0}.ends_on is null or {0}.ends_on > day)"
BRANCHES_OF = f"""array(select coalesce(v.branch_id, v.id) from unit v where v.id in (
      select q.unit_id from seat q where q.person_id = {{person}} and {HOLDS.format("q")}
      union all
      select m.unit_id from membership m where m.person_id = {{person}} and {HOLDS.format("m")}))"""
COUNT = f"""
create or replace function office.waits_for(my_role text, my_unit bigint, account bigint, posts text[],
    before_posts text[], before_holders text[], apart text[], fixed text[]) returns integer
  language plpgsql stable security definer set search_path = office, pg_temp
  set plan_cache_mode = force_generic_plan as $$
declare found integer; day date := office.today(); me bigint; own bigint[]; only_stands_in boolean;
begin
  if not (office.reaches_all() or my_unit = any (office.roots())) then
    return 0;
  end if;
  select person_id into me from account a where a.id = account;
  if my_role in ('organiser', 'committee') then
    own := {BRANCHES_OF.format(person="me")};
  end if;
  only_stands_in := coalesce((select bool_and(q.stands_in) from seat q where q.person_id = me and q.unit_id = my_unit
    and q.kind = my_role and {HOLDS.format("q")}), false);
  with below as materialized (
      select u.id, coalesce(u.branch_id, u.id) as branch_id, coalesce(u.township_id, u.id) as township_id from unit u
      where u.id in (select my_unit union all select b.id from unit b where b.branch_id = my_unit
        union all select b.id from unit b where b.township_id = my_unit)),
    held as materialized (
      select p.unit_id, p.kind, a.id as account_id, case when p.kind in ('organiser', 'committee')
        then {BRANCHES_OF.format(person="p.person_id")} end as belongs_to
      from below b join seat p on p.unit_id = b.id left join account a on a.person_id = p.person_id
      where {HOLDS.format("p")})
  select count(*) into found
  from (select t.kind, t.unit_id, b.branch_id, b.township_id, t.post, t.barred_account_id,
      t.kind = any (apart) as set_apart
    from todo t join below b on b.id = t.unit_id where t.closed_at is null and t.post = any (posts)
      and not (only_stands_in and t.kind = any (fixed))) o
  where o.barred_account_id is distinct from account
    and not (o.set_apart and coalesce(o.branch_id = any (own), false))
    and (o.post = my_role or (o.kind <> all (fixed)
      and not (o.barred_account_id is null and not o.set_apart
        and (o.post, {STOREY.format(post="o.post")}) in (select h.kind, h.unit_id from held h))
      and not exists (
        select from unnest(before_posts, before_holders) as l (post, holder)
        join held h on h.kind = l.holder and h.unit_id = {STOREY.format(post="l.holder")}
        where l.post = o.post and h.account_id is distinct from coalesce(o.barred_account_id, 0)
          and not (o.set_apart and coalesce(o.branch_id = any (h.belongs_to), false)))));
  return found;
end $$;
"""


def upgrade() -> None:
    """Count by all of his seats in the post."""
    op.execute(COUNT)


def downgrade() -> None:
    """Not offered: a database goes back by restoring it."""
    raise NotImplementedError
