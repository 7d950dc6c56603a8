"""Who guesses: wrong tries counted by where they come from, devices that are known, and the addresses of traces."""

from alembic import op

revision = "office_0010"
down_revision = "office_0009"
branch_labels = None
depends_on = None

UP = """
create table office.guess (
    source text not null,
    account_id bigint not null,
    failures integer not null,
    waits_until timestamp with time zone,
    at timestamp with time zone not null,
    constraint guess_pkey primary key (source, account_id)
);
create index guess_account_id_idx on office.guess (account_id);
create index guess_at_idx on office.guess (at);
comment on column office.guess.source is 'address:…, device:…, or anywhere';
comment on column office.guess.account_id is '0: whoever is tried from there';

create table office.device (
    token_hash bytea not null,
    account_id bigint not null,
    made_at timestamp with time zone not null,
    seen_at timestamp with time zone not null,
    constraint device_pkey primary key (token_hash, account_id),
    constraint device_account_id_fkey foreign key (account_id) references office.account (id)
);
create index device_account_id_idx on office.device (account_id);
comment on table office.device is 'where an account has signed in: lets it try while strangers are made to wait; opens nothing';

create table office.trace (
    happening_id bigint not null,
    address text not null,
    at timestamp with time zone not null,
    constraint trace_pkey primary key (happening_id)
);
create index trace_at_idx on office.trace (at);
comment on table office.trace is 'from where it was done; apart from the sealed history, for it is forgotten after a while';

alter table office.sitting
  add column proved_at timestamp with time zone,
  add column strong boolean not null default false;
update office.sitting s set strong = true where s.awaits is null and exists (
  select from office.totp t where t.account_id = s.account_id and t.confirmed_at is not null);
comment on column office.sitting.proved_at is 'when the password was last given in it';
comment on column office.sitting.strong is 'whether a second step was taken: a one-time code, or a passkey';

grant select, insert, update, delete on office.guess, office.device, office.trace
  to xiaozu_activities, xiaozu_assessment, xiaozu_notify, xiaozu_keeper;
"""


def upgrade() -> None:
    """Make room for the counts, the devices and the addresses."""
    op.execute(UP)


def downgrade() -> None:
    """Forget them."""
    op.execute(
        "drop table office.guess, office.device, office.trace;"
        "alter table office.sitting drop proved_at, drop strong"
    )
