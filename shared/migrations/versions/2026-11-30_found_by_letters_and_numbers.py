"""People are found by the first letters of their names, and by their telephone numbers without these being readable."""

from alembic import op
from sqlalchemy import text

revision = "office_0030"
down_revision = "office_0029"
branch_labels = None
depends_on = None

UP = """
alter table office.person add column phone_index bytea;
create index person_phone_index_idx on office.person (phone_index) where phone_index is not null;
comment on column office.person.phone_index is 'blind; null until somebody looks for a number, and whenever it changes';

create function office.forget_phone_index() returns trigger language plpgsql as $$
begin
  if new.phone_sealed is distinct from old.phone_sealed then new.phone_index := null; end if;
  return new;
end $$;
create trigger person_phone_index_forgotten before update of phone_sealed on office.person
  for each row execute function office.forget_phone_index();
"""

DOWN = """
update office.person set pinyin = split_part(pinyin, ' ', 1) || ' ' ||
  replace(substr(pinyin, length(split_part(pinyin, ' ', 1)) + 2), ' ', '')
where pinyin like '% % %';
drop trigger person_phone_index_forgotten on office.person;
drop function office.forget_phone_index();
alter table office.person drop column phone_index;
"""
APART = text("update office.person set pinyin = :key where id = :id")


def upgrade() -> None:
    """Names are kept syllable by syllable; numbers are indexed when they are looked for."""
    op.execute(UP)
    connection = op.get_bind()
    rows = connection.execute(text("select id, name, pinyin from office.person where pinyin like '% %' order by id"))
    apart = [{"id": row.id, "key": key} for row in rows if (key := _apart(row.name, row.pinyin)) != row.pinyin]
    if apart:
        connection.execute(APART, apart)


def _apart(name: str, pinyin: str) -> str:
    """`shan xiao hong` from `shan xiaohong`, as far as the name says where its syllables are."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  its dictionary is large, and an empty office has no names

    surname, _, given = pinyin.partition(" ")
    for length in (1, 2):
        syllables = [each.lower() for each in lazy_pinyin(name[length:], style=Style.NORMAL)]
        if "".join(syllables) == given:
            return " ".join([surname, *syllables])
    return pinyin


def downgrade() -> None:
    """Take it away again; names are kept as before."""
    op.execute(DOWN)
