-- The first look in the morning.
set role complaint_owner;

create or replace view dashboard.today as
with bounds as (
    select date_trunc('day', now(), 'UTC') as today, date_trunc('day', now(), 'UTC') - interval '1 day' as yesterday, now() - interval '7 days' as week
), facts as (
    select 1 as n, 'mails received' as what, received_at as at from desk.message
    union all select 2, 'complaints in them', received_at from desk.message where disposition = 'complaint'
    union all select 3, 'put in quarantine', received_at from desk.message where disposition = 'quarantine' or ack_reason = 'undecidable'
    union all select 4, 'new complaints', coalesce(m.received_at, c.first_at) from desk.complaint c left join desk.message m on m.id = c.message
    union all select 5, 'cases opened', opened_at from desk."case"
    union all select 6, 'cases closed', closed_at from desk."case" where closed_at is not null
    union all select 7, 'actions done', done_at from desk.action where done_at is not null
    union all select 8, 'mails sent', sent_at from desk.outbox where sent_at is not null
    union all select 9, 'mails refused', owed_at from desk.outbox where state in ('refused', 'expired')
    union all select 10, 'mails in doubt', owed_at from desk.outbox where state = 'uncertain'
), counted as (
    select n, what, count(*) filter (where at >= today) as today, count(*) filter (where at >= yesterday and at < today) as yesterday,
        count(*) filter (where at >= week) as seven_days
    from facts, bounds where at >= week group by n, what
)
select w.what, coalesce(c.today, 0) as today, coalesce(c.yesterday, 0) as yesterday, coalesce(c.seven_days, 0) as seven_days, w.open
from (values (1, 'mails received', null::bigint), (2, 'complaints in them', null), (3, 'put in quarantine', null), (4, 'new complaints', null),
    (5, 'cases opened', (select count(*) from desk."case" where state <> 'closed')), (6, 'cases closed', null),
    (7, 'actions done', (select count(*) from desk.action where state = 'proposed')),
    (8, 'mails sent', (select count(*) from desk.outbox_queue)),
    (9, 'mails refused', null), (10, 'mails in doubt', null)) w(n, what, open)
left join counted c using (n)
order by w.n;
comment on view dashboard.today is 'The figures of today, yesterday and the last seven days (UTC), and what is still open.';
comment on column dashboard.today.what is 'What is counted. Mails and complaints on the day they were received, whatever date the report gives.';
comment on column dashboard.today.today is 'Since midnight UTC.';
comment on column dashboard.today.yesterday is 'The day before.';
comment on column dashboard.today.seven_days is 'In the last seven days.';
comment on column dashboard.today.open is 'Now open: cases, actions that wait for approval, mails that wait to be sent.';
