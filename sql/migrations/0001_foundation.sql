-- The schema, who may own it, which version it has, and the keys.
set role complaint_owner;

create schema desk;
create schema desk_api;
create schema dashboard;
comment on schema desk is 'Tables and functions of complaintd. People read schema dashboard and act through schema desk_api.';
comment on schema desk_api is 'What staff may do: every function audits with session_user.';
comment on schema dashboard is 'Views for people; the stable contract, only added to.';

create table desk.schema_version (
    version int primary key check (version > 0),
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now(),
    applied_by text not null default session_user
);
comment on table desk.schema_version is 'One row per migration applied, written by `complaint db init|upgrade`.';
comment on column desk.schema_version.version is 'The number in the file name.';
comment on column desk.schema_version.name is 'The file name without its end.';
comment on column desk.schema_version.sha256 is 'Of the file, in hex: a migration that has shipped never changes.';

create table desk.schema_state (
    singleton boolean primary key default true check (singleton),
    functions_sha256 text not null,
    applied_at timestamptz not null default now()
);
comment on table desk.schema_state is 'One row: which functions and views stand in this database.';

-- HMAC-SHA-256 needs no extension: sha256(outer || sha256(inner || message)), where inner
-- and outer are the key padded and xored once, when it is made (RFC 2104).
create table desk.secret (
    id int primary key generated always as identity,
    purpose text not null check (purpose in ('complainant', 'token')),
    inner_pad bytea not null check (length(inner_pad) = 64),
    outer_pad bytea not null check (length(outer_pad) = 64),
    created_at timestamptz not null default now(),
    retired_at timestamptz
);
create unique index secret_complainant_once on desk.secret (purpose) where purpose = 'complainant';
comment on table desk.secret is 'HMAC keys, readable by their owner alone. complainant: never rotates, uniqueness of complaints rests on it. token: two valid during rotation.';
comment on column desk.secret.retired_at is 'When it stopped being valid for verification; null: valid. The youngest valid one signs.';

-- Wakes the daemon after commit; any number in one transaction is one wake-up.
create sequence desk.run;
comment on sequence desk.run is 'One number per run of decide(), submit() or a staff command: mails of one run to one recipient are one mail.';
