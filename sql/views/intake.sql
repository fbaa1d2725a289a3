-- What came in.
set role complaint_owner;

create or replace view dashboard.messages as
select m.id as message, m.received_at, m.kind, m.disposition, m.reason, m.from_address as "from", m.subject, m.authenticated,
    m.source, m.account, d.ref as desk, m.folder, m.ack, m.ack_reason, m.message_id, m.decided_at,
    (select count(*) from desk.incident i where i.message = m.id) as incidents
from desk.message m
join desk.party d on d.id = m.desk;
comment on view dashboard.messages is 'Every mail and submission, without its content.';
comment on column dashboard.messages.message is 'Number of the message; in mails it is called M-number.';
comment on column dashboard.messages.received_at is 'When the mail server took it.';
comment on column dashboard.messages.kind is 'What it was read as: arf, human, bounce, ...';
comment on column dashboard.messages.disposition is 'complaint, not-complaint, quarantine.';
comment on column dashboard.messages.reason is 'Why it is no complaint or was quarantined.';
comment on column dashboard.messages."from" is 'Who it says it is from.';
comment on column dashboard.messages.subject is 'Its subject, control characters removed.';
comment on column dashboard.messages.authenticated is 'The border vouches for the sender''s domain.';
comment on column dashboard.messages.source is 'The door: mailbox or submit.';
comment on column dashboard.messages.account is 'Name of the mailbox.';
comment on column dashboard.messages.desk is 'The desk it came to.';
comment on column dashboard.messages.folder is 'Where it is filed.';
comment on column dashboard.messages.ack is 'Acknowledgment: owed or none; null: not decided yet.';
comment on column dashboard.messages.ack_reason is 'Why.';
comment on column dashboard.messages.message_id is 'Its Message-ID.';
comment on column dashboard.messages.decided_at is 'When its meaning was decided.';
comment on column dashboard.messages.incidents is 'How many things it reports.';

create or replace view dashboard.quarantine as
select m.id as message, m.received_at, coalesce(m.reason, nullif(m.ack_reason, 'quarantined')) as reason, m.from_address as "from", m.subject, m.account, m.kind,
    coalesce((select string_agg(t, ' ') from jsonb_array_elements_text(case when jsonb_typeof(m.report -> 'malformed') = 'array'
        then m.report -> 'malformed' else '[]' end) t), '') as malformed,
    exists (select from desk.raw_message w where w.message = m.id) as bytes_kept
from desk.message m
where m.disposition = 'quarantine' or m.ack_reason = 'undecidable'
order by m.received_at desc;
comment on view dashboard.quarantine is 'Mails that could not be read, stored or decided; nobody has looked at what they say.';
comment on column dashboard.quarantine.message is 'Number of the message.';
comment on column dashboard.quarantine.received_at is 'When the mail server took it.';
comment on column dashboard.quarantine.reason is 'Why, a short token.';
comment on column dashboard.quarantine."from" is 'Who it says it is from.';
comment on column dashboard.quarantine.subject is 'Its subject, if that could be read.';
comment on column dashboard.quarantine.account is 'Name of the mailbox.';
comment on column dashboard.quarantine.kind is 'What it was read as.';
comment on column dashboard.quarantine.malformed is 'What is wrong with it.';
comment on column dashboard.quarantine.bytes_kept is 'Whether the bytes are still here.';

create or replace view dashboard.suppressed_acknowledgments as
select ack_reason as reason, count(*) as messages, count(*) filter (where received_at >= date_trunc('day', now(), 'UTC')) as today,
    count(*) filter (where received_at >= now() - interval '7 days') as seven_days, max(received_at) as last_at
from desk.message
where ack = 'none'
group by ack_reason
order by messages desc;
comment on view dashboard.suppressed_acknowledgments is 'Messages that are not acknowledged, by reason.';
comment on column dashboard.suppressed_acknowledgments.reason is 'Why not, a short token.';
comment on column dashboard.suppressed_acknowledgments.messages is 'How many.';
comment on column dashboard.suppressed_acknowledgments.today is 'How many since midnight UTC.';
comment on column dashboard.suppressed_acknowledgments.seven_days is 'How many in the last seven days.';
comment on column dashboard.suppressed_acknowledgments.last_at is 'The latest.';

create or replace view dashboard.feedback_loops as
select split_part(m.reporter_address, '@', 2) as provider, (m.received_at at time zone 'UTC')::date as day, m.kind,
    count(distinct m.id) as mails, count(i.message) as reports, count(i.message) filter (where i.duplicate) as copies,
    count(i.resource) as ours, max(m.received_at) as last_at
from desk.message m
left join desk.incident i on i.message = m.id
where m.kind in ('arf', 'jmrp', 'xarf', 'x-arf', 'spamcop') and m.disposition = 'complaint'
group by 1, 2, 3;
comment on view dashboard.feedback_loops is 'Machine-made reports per provider, UTC day and format.';
comment on column dashboard.feedback_loops.provider is 'Domain of who reports.';
comment on column dashboard.feedback_loops.day is 'UTC day of receipt.';
comment on column dashboard.feedback_loops.kind is 'Format of the report.';
comment on column dashboard.feedback_loops.mails is 'Mails.';
comment on column dashboard.feedback_loops.reports is 'Reports in them.';
comment on column dashboard.feedback_loops.copies is 'Second copies among them, which do not count.';
comment on column dashboard.feedback_loops.ours is 'Those about something of ours.';
comment on column dashboard.feedback_loops.last_at is 'The latest.';

create or replace view dashboard.bounces as
select b.id as bounce, b.at, b.recipient, b.status, b.class, b.action, b.diagnostic, b.reporting_mta, p.ref as customer, b.outbox, b.message,
    b.provider, b.address, b.list, b.campaign, b.recipient_ref
from desk.bounce b
left join desk.party p on p.id = b.party;
comment on view dashboard.bounces is 'Delivery failures told to us.';
comment on column dashboard.bounces.bounce is 'Number of the failure.';
comment on column dashboard.bounces.at is 'When we were told.';
comment on column dashboard.bounces.recipient is 'Who was not reached.';
comment on column dashboard.bounces.status is 'Enhanced status code (RFC 3463).';
comment on column dashboard.bounces.class is 'invalid-address, mailbox-full, blocked-list, blocked-policy, deferred, content, other; delivered: no failure.';
comment on column dashboard.bounces.action is 'failed, delayed, ...';
comment on column dashboard.bounces.diagnostic is 'The words of the server that refused.';
comment on column dashboard.bounces.reporting_mta is 'Who tells us.';
comment on column dashboard.bounces.customer is 'The customer whose mail came back.';
comment on column dashboard.bounces.outbox is 'Our own mail that came back.';
comment on column dashboard.bounces.message is 'The mail that told us.';
comment on column dashboard.bounces.provider is 'Domain of the recipient.';
comment on column dashboard.bounces.address is 'Our sending address, when the refusal names it.';
comment on column dashboard.bounces.list is 'The block list or the provider''s own reason, when it is named.';
comment on column dashboard.bounces.campaign is 'From the token: the campaign of a bulk-mail customer.';
comment on column dashboard.bounces.recipient_ref is 'From the token: the customer''s own id of the recipient.';

create or replace view dashboard.statistics as
select s.day, d.ref as desk, s.name, s.value
from desk.daily_statistics s
join desk.party d on d.id = s.desk;
comment on view dashboard.statistics is 'Counts per UTC day that outlive retention.';
comment on column dashboard.statistics.day is 'UTC day.';
comment on column dashboard.statistics.desk is 'The desk.';
comment on column dashboard.statistics.name is 'What is counted.';
comment on column dashboard.statistics.value is 'How many.';
