-- What went out, or should.
set role complaint_owner;

create or replace view dashboard.outbox as
select o.id, o.kind, o.audience, s.ref as sender, o.from_address as "from", o.recipient as "to", o.language,
    case when q.begun then 'sending' else o.state end as state, o.reason, o.attempts,
    o.owed_at, o.next_attempt_at, o.sent_at, o.reply, d.ref as desk,
    array(select distinct r.name::text from desk.outbox_item i join desk.resource r on r.id = i.resource where i.outbox = o.id order by 1) as domains,
    array(select distinct i."case" from desk.outbox_item i where i.outbox = o.id and i."case" is not null order by 1) as cases,
    o.message, o.message_id
from desk.outbox o
join desk.party s on s.id = o.sender
join desk.party d on d.id = o.desk
left join desk.outbox_queue q on q.outbox = o.id;
comment on view dashboard.outbox is 'Every mail owed, sent or not sent, without its text.';
comment on column dashboard.outbox.id is 'Number of the mail.';
comment on column dashboard.outbox.kind is 'acknowledgment, warning, suspension, reinstatement, escalation, cease, summary, ...';
comment on column dashboard.outbox.audience is 'complainant, submitter, customer, reseller, contact, staff, provider.';
comment on column dashboard.outbox.sender is 'Whose voice it is.';
comment on column dashboard.outbox."from" is 'The address it is from.';
comment on column dashboard.outbox."to" is 'The recipient.';
comment on column dashboard.outbox.language is 'Its language.';
comment on column dashboard.outbox.state is 'owed, held, sending, sent, deferred, refused, uncertain, cancelled, expired, shadow.';
comment on column dashboard.outbox.reason is 'Why it is held, cancelled, expired or shadow.';
comment on column dashboard.outbox.attempts is 'How often it was tried.';
comment on column dashboard.outbox.owed_at is 'Since when it is owed.';
comment on column dashboard.outbox.next_attempt_at is 'When it is tried next.';
comment on column dashboard.outbox.sent_at is 'When the relay took it.';
comment on column dashboard.outbox.reply is 'The relay''s last line.';
comment on column dashboard.outbox.desk is 'The desk it belongs to.';
comment on column dashboard.outbox.domains is 'What it speaks of.';
comment on column dashboard.outbox.cases is 'The cases it speaks of.';
comment on column dashboard.outbox.message is 'The message it answers.';
comment on column dashboard.outbox.message_id is 'Its Message-ID, fixed when it was owed.';

create or replace view dashboard.mail_outcomes as
select kind, audience, state, count(*) as mails, count(*) filter (where owed_at >= date_trunc('day', now(), 'UTC')) as today,
    count(*) filter (where owed_at >= now() - interval '7 days') as seven_days, min(owed_at) as oldest, max(coalesce(sent_at, owed_at)) as latest
from desk.outbox
group by kind, audience, state
order by kind, audience, state;
comment on view dashboard.mail_outcomes is 'Mails out by kind, audience and outcome.';
comment on column dashboard.mail_outcomes.kind is 'Which mail.';
comment on column dashboard.mail_outcomes.audience is 'To whom.';
comment on column dashboard.mail_outcomes.state is 'What became of it.';
comment on column dashboard.mail_outcomes.mails is 'How many.';
comment on column dashboard.mail_outcomes.today is 'How many since midnight UTC.';
comment on column dashboard.mail_outcomes.seven_days is 'How many in the last seven days.';
comment on column dashboard.mail_outcomes.oldest is 'The oldest.';
comment on column dashboard.mail_outcomes.latest is 'The latest.';

create or replace view dashboard.chronology as
select coalesce(o.sent_at, o.owed_at) as at, i."case", r.name as resource, o.kind, o.audience, o.recipient as "to", s.ref as sender, o.state,
    o.id as outbox
from desk.outbox o
join desk.party s on s.id = o.sender
left join desk.outbox_item i on i.outbox = o.id
left join desk.resource r on r.id = i.resource;
comment on view dashboard.chronology is 'Who was told what, when, about which case.';
comment on column dashboard.chronology.at is 'When it was sent, else since when it is owed.';
comment on column dashboard.chronology."case" is 'Number of the case.';
comment on column dashboard.chronology.resource is 'What it speaks of.';
comment on column dashboard.chronology.kind is 'Which mail.';
comment on column dashboard.chronology.audience is 'In which capacity he was told.';
comment on column dashboard.chronology."to" is 'Who was told.';
comment on column dashboard.chronology.sender is 'By whom.';
comment on column dashboard.chronology.state is 'What became of the mail.';
comment on column dashboard.chronology.outbox is 'Number of the mail.';

create or replace view dashboard.circuit_breakers as
select d.ref as desk, b.opened_at, b.reason, h.held
from desk.breaker b
join desk.party d on d.id = b.desk
cross join lateral (select count(*) as held from desk.outbox_queue q join desk.outbox o on o.id = q.outbox
    where q.due = 'infinity' and o.desk = b.desk and o.audience = 'complainant') h
where b.closed_at is null;
comment on view dashboard.circuit_breakers is 'Desks whose answers to complainants are held, until a person has looked and releases them.';
comment on column dashboard.circuit_breakers.desk is 'Whose answers.';
comment on column dashboard.circuit_breakers.opened_at is 'Since when.';
comment on column dashboard.circuit_breakers.reason is 'Too many refused in an hour, or too many complaints about them in a day: the figures.';
comment on column dashboard.circuit_breakers.held is 'Answers that are held.';

create or replace view dashboard.undeliverable as
select u.address, u.since, u.last_at, u.status, u.diagnostic, p.ref as party, p.name as party_name,
    array(select distinct r.name::text from desk.outbox_item i join desk.resource r on r.id = i.resource where i.outbox = u.outbox order by 1) as domains,
    u.outbox, u.message
from desk.undeliverable u
left join desk.outbox o on o.id = u.outbox
left join desk.party p on p.id = o.recipient_party;
comment on view dashboard.undeliverable is 'Addresses of contacts that do not exist, as bounces of our notices say; an answer from there lifts it.';
comment on column dashboard.undeliverable.address is 'The address; notices go to the next contact.';
comment on column dashboard.undeliverable.since is 'When the first notice came back.';
comment on column dashboard.undeliverable.last_at is 'When the last one did.';
comment on column dashboard.undeliverable.status is 'Status of the last bounce, such as 5.1.1.';
comment on column dashboard.undeliverable.diagnostic is 'What the recipient''s server said.';
comment on column dashboard.undeliverable.party is 'Customer or reseller that the last notice was for.';
comment on column dashboard.undeliverable.party_name is 'Its name.';
comment on column dashboard.undeliverable.domains is 'What the last notice spoke of.';
comment on column dashboard.undeliverable.outbox is 'Number of the last notice.';
comment on column dashboard.undeliverable.message is 'Number of the last bounce.';
