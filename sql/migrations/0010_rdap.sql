-- Where to go with a complaint about a domain that is not ours: look-ups in RDAP, cached.
set role complaint_owner;

create table desk.rdap_asker (
    here boolean primary key default true check (here),
    seen_at timestamptz not null
);
comment on table desk.rdap_asker is 'When a daemon with look-ups switched on was last there; without one nothing waits.';

create table desk.rdap_cache (
    object text collate "C" primary key,
    server text not null,
    fetched_at timestamptz not null,
    expires_at timestamptz not null,
    status int not null,
    registrar text,
    abuse_email text collate "C",
    doc jsonb,
    constraint rdap_cache_abuse_sane check (abuse_email ~ '^[^@[:space:][:cntrl:]<>"]{1,64}@[a-z0-9][a-z0-9.-]*[.][a-z0-9-]+$')
);
create index rdap_cache_expires on desk.rdap_cache (expires_at);
comment on table desk.rdap_cache is 'What RDAP servers said of domains that are not ours; and the list of servers (object: its address).';
comment on column desk.rdap_cache.status is 'HTTP status; 404: not registered; 0: nobody answered.';
comment on column desk.rdap_cache.doc is 'The answer without entities of people.';

create table desk.rdap_queue (
    object text collate "C" primary key,
    asked_at timestamptz not null,
    next_attempt_at timestamptz not null,
    attempts int not null default 0,
    lease_until timestamptz,
    reason text
);
create index rdap_queue_due on desk.rdap_queue (next_attempt_at);
comment on table desk.rdap_queue is 'Domains to be looked up.';
comment on column desk.rdap_queue.reason is 'Why the last attempt brought no answer.';

create table desk.rdap_wait (
    outbox bigint not null references desk.outbox on delete cascade,
    object text collate "C" not null,
    primary key (outbox, object)
);
create index rdap_wait_object on desk.rdap_wait (object);
comment on table desk.rdap_wait is 'Answers that wait for a look-up, a minute at most.';

create table desk.rdap_server (
    server text collate "C" primary key,
    free_at timestamptz not null,
    day date not null,
    asked int not null
);
comment on table desk.rdap_server is 'Per server: when it may be asked again, and how often it was asked this UTC day.';
