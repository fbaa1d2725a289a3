-- Answers that cannot go on for ever: more caps, a circuit breaker, contacts that are gone, digests.
set role complaint_owner;

insert into desk.policy_name (name, kind, meaning) values
    ('ack_template_day', 'number', 'Explanations of one kind (not ours, transit ...) to one address in 24 hours'),
    ('breaker_least', 'number', 'Answers in an hour below which the circuit breaker does not look at refusals'),
    ('breaker_refused_percent', 'number', 'Percent of an hour''s answers refused above which no more are sent'),
    ('breaker_complaints_day', 'number', 'Complaints about our own answers in 24 hours above which no more are sent'),
    ('xarf_copy', 'switch', 'Warnings, reminders and suspensions to customers carry the evidence as XARF 4, without the reporter'),
    ('digest', 'switch', 'Staff get a digest of each day, and of what lies in quarantine');
insert into desk.policy (name, value) values
    ('ack_template_day', '3'), ('breaker_least', '20'), ('breaker_refused_percent', '50'), ('breaker_complaints_day', '5'), ('digest', 'true'), ('xarf_copy', 'false');

create table desk.breaker (
    desk bigint primary key references desk.party,
    opened_at timestamptz not null,
    reason text not null
);
comment on table desk.breaker is 'Desks whose answers to complainants are held because too many were refused or complained about; `complaint outbox release` closes it.';

create table desk.undeliverable (
    address text collate "C" primary key check (address = lower(address)),
    since timestamptz not null,
    last_at timestamptz not null,
    outbox bigint,
    message bigint,
    status text,
    diagnostic text
);
comment on table desk.undeliverable is 'Addresses of contacts that do not exist, as bounces of our notices said; an answer from there lifts it.';
comment on column desk.undeliverable.outbox is 'The notice that came back last.';
comment on column desk.undeliverable.message is 'The bounce.';

create table desk.digest (
    desk bigint not null references desk.party,
    day date not null,
    primary key (desk, day)
);
comment on table desk.digest is 'Days that staff of a desk have been told of.';
-- For the digest: a day's cases, and the mails that wait for a person.
create index case_opened on desk."case" (opened_at);
create index case_closed on desk."case" (closed_at) where state = 'closed';
create index outbox_held on desk.outbox (desk) where state = 'held';
