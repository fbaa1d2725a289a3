-- The bulk-mail provider's desk: loops, suppression, invalid addresses and blocks.
set role complaint_owner;

-- A view runs with its owner's rights on tables, but with the reader's on functions.
create or replace function dashboard.policy_number_of(p_party bigint, p_name text) returns bigint
language sql stable security definer set search_path = desk, pg_temp as $$
    select desk.policy_number(p_party, p_name) where p_name in ('list_signs', 'list_invalid_percent', 'list_minimum', 'pressure_week')
$$;
comment on function dashboard.policy_number_of is 'A number of the policies that views about bulk mailers compare with.';

create or replace view dashboard.loops as
select l.id as loop, l.provider, l.sender, coalesce(l.network::text, l.domain) as scope, l.alias, l.since, l.contact, l.ended_at, l.last_report_at,
    coalesce(d.day_1, 0)::bigint as yesterday, coalesce(d.days_7, 0)::bigint as seven_days, coalesce(d.days_30, 0)::bigint as thirty_days,
    case when l.ended_at is not null then 'ended' when l.silent_told_at is not null then 'silent' when l.last_report_at is null then 'never-heard' else 'speaking' end as state
from desk.loop l
left join lateral (select sum(reports) filter (where day = (now() at time zone 'UTC')::date - 1) as day_1,
    sum(reports) filter (where day > (now() at time zone 'UTC')::date - 7) as days_7, sum(reports) as days_30
    from desk.loop_day d where d.loop = l.id and day > (now() at time zone 'UTC')::date - 30) d on true
union all
select null, s.sender, s.sender, null, null, null, null, null, s.last_at, null, null, s.reports, 'not-enrolled'
from desk.loop_stranger s where s.last_at > now() - interval '30 days'
    and not exists (select from desk.loop l where (s.sender in (l.sender, split_part(l.sender, '@', 2)) or right(s.sender, length(ltrim(l.sender, '.')) + 1) = '.' || ltrim(l.sender, '.')) and l.ended_at is null);
comment on view dashboard.loops is 'Enrolled feedback loops and what comes through them, and senders of reports that are not enrolled.';
comment on column dashboard.loops.loop is 'Number of the enrolment; null: not enrolled.';
comment on column dashboard.loops.provider is 'The mailbox provider.';
comment on column dashboard.loops.sender is 'Domain or address the reports come from; with a dot before it, names below it only.';
comment on column dashboard.loops.scope is 'Addresses or domain enrolled.';
comment on column dashboard.loops.alias is 'Address the reports are sent to.';
comment on column dashboard.loops.since is 'Since when.';
comment on column dashboard.loops.contact is 'Named contact.';
comment on column dashboard.loops.ended_at is 'When the enrolment ended.';
comment on column dashboard.loops.last_report_at is 'When the last report was received.';
comment on column dashboard.loops.yesterday is 'Reports yesterday (UTC).';
comment on column dashboard.loops.seven_days is 'Reports in the last seven days.';
comment on column dashboard.loops.thirty_days is 'Reports in the last thirty days.';
comment on column dashboard.loops.state is 'speaking, silent (staff were told), never-heard, ended, not-enrolled.';

create or replace view dashboard.suppressions as
select p.ref as customer, s.address, s.recipient, s.reason, s.since, s.provider, s.campaign, s.message
from desk.suppression s join desk.party p on p.id = s.party;
comment on view dashboard.suppressions is 'Whom each bulk-mail customer must not write to any more.';
comment on column dashboard.suppressions.customer is 'The operator''s id.';
comment on column dashboard.suppressions.address is 'Address or a provider''s pseudonym; null: only the token told who it is.';
comment on column dashboard.suppressions.recipient is 'From the token: the customer''s own id, or h and a hash of the address.';
comment on column dashboard.suppressions.reason is 'complaint, invalid-address, opt-out, by-hand.';
comment on column dashboard.suppressions.since is 'Since when.';
comment on column dashboard.suppressions.provider is 'The mailbox provider.';
comment on column dashboard.suppressions.campaign is 'The campaign that caused it.';
comment on column dashboard.suppressions.message is 'The mail that caused it.';

create or replace view dashboard.invalid_rates as
with failed as (
    select party, (at at time zone 'UTC')::date as day, count(distinct coalesce(recipient, recipient_ref, message || ' ' || no)) filter (where class = 'invalid-address') as invalid, count(*) as failures
    from desk.bounce where party is not null and class not in ('deferred', 'delivered') group by 1, 2
), volume as (
    select party, day, sum(mails)::bigint as mails from desk.sent_volume group by party, day
)
select p.ref as customer, p.name as customer_name, f.day, v.mails, f.failures, f.invalid, round(100.0 * f.invalid / nullif(v.mails, 0), 2) as percent,
    coalesce(f.invalid * 100 >= nullif(dashboard.policy_number_of(p.id, 'list_invalid_percent'), 0) * v.mails and v.mails >= dashboard.policy_number_of(p.id, 'list_minimum'), false) as suspicious
from failed f
join desk.party p on p.id = f.party
left join volume v on v.party = f.party and v.day = f.day;
comment on view dashboard.invalid_rates is 'Share of mails to addresses that do not exist, per customer and UTC day: many are the sign of a bought or old list.';
comment on column dashboard.invalid_rates.customer is 'The operator''s id.';
comment on column dashboard.invalid_rates.customer_name is 'Name of the customer.';
comment on column dashboard.invalid_rates.day is 'UTC day of the bounce.';
comment on column dashboard.invalid_rates.mails is 'Mails sent; null: no volume has been imported.';
comment on column dashboard.invalid_rates.failures is 'Failures of all kinds but deferrals.';
comment on column dashboard.invalid_rates.invalid is 'Recipients that do not exist, each once a day.';
comment on column dashboard.invalid_rates.percent is 'Invalid addresses per hundred mails.';
comment on column dashboard.invalid_rates.suspicious is 'Policy list_invalid_percent per hundred or more: where do these addresses come from?';

create or replace view dashboard.blocks as
select coalesce(b.list, b.provider) as blocked_by, b.provider, b.address, p.ref as customer, b.class, count(*) as refusals, min(b.at) as first_at, max(b.at) as last_at,
    (select d.state || ' ' || to_char(d.at at time zone 'UTC', 'YYYY-MM-DD') from desk.delisting d
        where d.provider in (b.list, b.provider) and d.network >>= b.address order by d.at desc, d.id desc limit 1) as delisting
from desk.bounce b
left join desk.party p on p.id = b.party
where b.class in ('blocked-list', 'blocked-policy')
group by b.list, b.provider, b.address, p.ref, b.class;
comment on view dashboard.blocks is 'Who is blocked where, since when.';
comment on column dashboard.blocks.blocked_by is 'The list or the provider''s reason, when named; else the provider.';
comment on column dashboard.blocks.provider is 'Domain of the recipients.';
comment on column dashboard.blocks.address is 'Sending address, when named.';
comment on column dashboard.blocks.customer is 'Whose mails.';
comment on column dashboard.blocks.class is 'blocked-list, or blocked-policy: by policy or reputation.';
comment on column dashboard.blocks.refusals is 'How often.';
comment on column dashboard.blocks.first_at is 'Since when.';
comment on column dashboard.blocks.last_at is 'The latest.';
comment on column dashboard.blocks.delisting is 'What the log of delistings says last.';

create or replace view dashboard.delistings as
select d.id, d.provider, d.network, d.kind, d.state, d.at, d.by, d.note from desk.delisting d;
comment on view dashboard.delistings is 'What was asked of providers and block lists, and what they said.';
comment on column dashboard.delistings.id is 'Number of the entry.';
comment on column dashboard.delistings.provider is 'The mailbox provider or the list.';
comment on column dashboard.delistings.network is 'For which address or network of ours.';
comment on column dashboard.delistings.kind is 'delisting or whitelisting.';
comment on column dashboard.delistings.state is 'asked, granted, refused.';
comment on column dashboard.delistings.at is 'When.';
comment on column dashboard.delistings.by is 'Who noted it.';
comment on column dashboard.delistings.note is 'Ticket, person, words.';
