-- The bulk-mail provider's desk: how much of what was sent is complained about.
set role complaint_owner;

-- A view runs with its owner's rights on tables, but with the reader's on functions.
create or replace function dashboard.permille(p_reports bigint, p_mails bigint) returns numeric
language sql immutable parallel safe as $$
    select case when p_mails > 0 then round(p_reports * 1000.0 / p_mails, 2) end
$$;
comment on function dashboard.permille is 'Complaints per thousand mails; null where nothing is known to have been sent.';

create or replace function dashboard.rate_level(p_party bigint, p_reports bigint, p_mails bigint) returns text
language sql stable security definer set search_path = desk, pg_temp as $$
    select desk.rate_level(p_party, p_reports, p_mails)
$$;
comment on function dashboard.rate_level is 'What a rate means under the policies of a customer: good warn pause, too-few, no-volume.';

create or replace view dashboard.complaint_rates as
with report as (
    select party, day, provider, address, sum(reports)::bigint as reports, sum(copies)::bigint as copies, sum(not_spam)::bigint as not_spam,
        sum(opt_outs)::bigint as opt_outs, sum(untrusted)::bigint as untrusted
    from desk.sending_day group by party, day, provider, address
)
select p.ref as customer, p.name as customer_name, coalesce(v.day, r.day) as day, coalesce(v.provider, r.provider) as provider,
    coalesce(v.address, r.address) as address, v.mails, coalesce(r.reports, 0) as reports, dashboard.permille(coalesce(r.reports, 0), v.mails) as permille,
    dashboard.rate_level(p.id, coalesce(r.reports, 0), v.mails) as level, coalesce(r.not_spam, 0) as not_spam, coalesce(r.opt_outs, 0) as opt_outs,
    coalesce(r.copies, 0) as copies, coalesce(r.untrusted, 0) as untrusted
from desk.sent_volume v
full join report r on r.party = v.party and r.day = v.day and r.provider = v.provider and r.address = v.address
join desk.party p on p.id = coalesce(v.party, r.party);
comment on view dashboard.complaint_rates is 'Complaints received on a UTC day per thousand mails sent on that day, by customer, sending address and mailbox provider.';
comment on column dashboard.complaint_rates.customer is 'Whose mails: the operator''s id.';
comment on column dashboard.complaint_rates.customer_name is 'Name of the customer.';
comment on column dashboard.complaint_rates.day is 'UTC day of sending, and of receipt of the complaints.';
comment on column dashboard.complaint_rates.provider is 'The mailbox provider.';
comment on column dashboard.complaint_rates.address is 'Sending address; null: the reports do not tell it.';
comment on column dashboard.complaint_rates.mails is 'Mails sent; null: no volume has been imported.';
comment on column dashboard.complaint_rates.reports is 'Complaints that count, each once.';
comment on column dashboard.complaint_rates.permille is 'Complaints per thousand mails; null without a volume.';
comment on column dashboard.complaint_rates.level is 'Under the customer''s policies: good, warn, pause; too-few mails to judge, or no-volume.';
comment on column dashboard.complaint_rates.not_spam is 'Recipients who took mail out of their spam folder.';
comment on column dashboard.complaint_rates.opt_outs is 'Recipients who only want no more mail.';
comment on column dashboard.complaint_rates.copies is 'Second copies of reports.';
comment on column dashboard.complaint_rates.untrusted is 'Reports that fail the trust rules.';

create or replace view dashboard.sending_customers as
with report as (
    select party, day, sum(reports)::bigint as reports from desk.sending_day group by party, day
), volume as (
    select party, day, sum(mails)::bigint as mails from desk.sent_volume group by party, day
), daily as (
    select coalesce(v.party, r.party) as party, coalesce(v.day, r.day) as day, v.mails, coalesce(r.reports, 0) as reports
    from volume v full join report r on r.party = v.party and r.day = v.day
), trend as (
    select d.*, sum(d.reports) filter (where d.mails is not null) over w as before_reports, sum(d.mails) over w as before_mails
    from daily d
    window w as (partition by d.party order by d.day range between interval '7 days' preceding and interval '1 day' preceding)
)
select p.ref as customer, p.name as customer_name, t.day, t.mails, t.reports, dashboard.permille(t.reports, t.mails) as permille,
    dashboard.permille(t.before_reports::bigint, t.before_mails::bigint) as permille_before,
    case sign(dashboard.permille(t.reports, t.mails) - dashboard.permille(t.before_reports::bigint, t.before_mails::bigint))
        when 1 then 'rising' when -1 then 'falling' when 0 then 'steady' end as trend,
    case when t.mails > 0 then rank() over (partition by t.day, t.mails > 0 order by t.reports * 1.0 / nullif(t.mails, 0) desc) end as rank
from trend t
join desk.party p on p.id = t.party;
comment on view dashboard.sending_customers is 'Bulk-mail customers day by day: rate, trend and rank, the most complained about first.';
comment on column dashboard.sending_customers.customer is 'The operator''s id.';
comment on column dashboard.sending_customers.customer_name is 'Name of the customer.';
comment on column dashboard.sending_customers.day is 'UTC day.';
comment on column dashboard.sending_customers.mails is 'Mails sent; null: no volume has been imported.';
comment on column dashboard.sending_customers.reports is 'Complaints that count, each once.';
comment on column dashboard.sending_customers.permille is 'Complaints per thousand mails.';
comment on column dashboard.sending_customers.permille_before is 'The same over the seven days before.';
comment on column dashboard.sending_customers.trend is 'rising, falling, steady, against the seven days before.';
comment on column dashboard.sending_customers.rank is '1: the highest rate of all customers on that day.';

create or replace view dashboard.campaigns as
select p.ref as customer, d.campaign, d.provider, d.day, sum(d.reports)::bigint as reports, sum(d.opt_outs)::bigint as opt_outs, sum(d.not_spam)::bigint as not_spam
from desk.sending_day d join desk.party p on p.id = d.party
group by p.ref, d.campaign, d.provider, d.day;
comment on view dashboard.campaigns is 'Complaints by campaign, mailbox provider and UTC day of receipt.';
comment on column dashboard.campaigns.customer is 'The operator''s id.';
comment on column dashboard.campaigns.campaign is 'From the token, else Feedback-ID, else List-Id; empty: not told.';
comment on column dashboard.campaigns.provider is 'The mailbox provider.';
comment on column dashboard.campaigns.day is 'UTC day of receipt.';
comment on column dashboard.campaigns.reports is 'Complaints that count, each once.';
comment on column dashboard.campaigns.opt_outs is 'Recipients who only want no more mail.';
comment on column dashboard.campaigns.not_spam is 'Recipients who took mail out of their spam folder.';

create or replace view dashboard.sending_reports as
select s.message, s.no, s.day, p.ref as customer, s.campaign, s.provider, s.address, s.recipient, i.category, i.relation, r.name as resource, i.why,
    s.counts, s.why_not, l.provider as loop, d.ref as desk
from desk.sending_report s
join desk.incident i on i.message = s.message and i.no = s.no
join desk.resource r on r.id = i.resource
join desk.party p on p.id = s.party
join desk.party d on d.id = s.desk
left join desk.loop l on l.id = s.loop;
comment on view dashboard.sending_reports is 'Every report about a bulk-mail customer''s mail: whose it is and by which evidence, and why it counts or not.';
comment on column dashboard.sending_reports.message is 'The mail that reported it.';
comment on column dashboard.sending_reports.no is 'Which incident of it.';
comment on column dashboard.sending_reports.day is 'UTC day of receipt.';
comment on column dashboard.sending_reports.customer is 'Whose mail it was.';
comment on column dashboard.sending_reports.campaign is 'From the token, else Feedback-ID, else List-Id.';
comment on column dashboard.sending_reports.provider is 'The mailbox provider.';
comment on column dashboard.sending_reports.address is 'Sending address; null: not told.';
comment on column dashboard.sending_reports.recipient is 'From the token: the customer''s own id, or h and a hash of the address.';
comment on column dashboard.sending_reports.category is 'What it is called: spam, opt-out, not-spam, ...';
comment on column dashboard.sending_reports.relation is 'Always sending.';
comment on column dashboard.sending_reports.resource is 'The resource that the evidence names.';
comment on column dashboard.sending_reports.why is 'The evidence that decided.';
comment on column dashboard.sending_reports.counts is 'Whether it counts in the rate.';
comment on column dashboard.sending_reports.why_not is 'Why not: copy not-spam opt-out auth-failure unauthenticated loop-not-enrolled not-the-complainant untrusted-reporter.';
comment on column dashboard.sending_reports.loop is 'The enrolled loop it came through.';
comment on column dashboard.sending_reports.desk is 'The desk that took it.';

create or replace view dashboard.practice as
with said as (
    select party, practice, sum(yes) as yes, sum(no) as no from desk.sending_practice
    where day > (now() at time zone 'UTC')::date - 30 group by party, practice
)
select p.ref as customer, p.name as customer_name, round(100.0 * sum(s.yes) / nullif(sum(s.yes + s.no), 0))::int as score,
    array_agg(s.practice order by s.practice) filter (where s.no > s.yes) as missing, c.declaration,
    (select count(*) from desk.opt_in_proof o join desk."case" k on k.id = o."case" where k.party = p.id) as proofs
from said s
join desk.party p on p.id = s.party
left join desk.sending_customer c on c.party = p.id
group by p.id, p.ref, p.name, c.declaration;
comment on view dashboard.practice is 'Good sending practice of the mailings complained about in the last 30 days.';
comment on column dashboard.practice.customer is 'The operator''s id.';
comment on column dashboard.practice.customer_name is 'Name of the customer.';
comment on column dashboard.practice.score is 'Percent of the rules that the mailings complained about keep; what could not be seen is left out.';
comment on column dashboard.practice.missing is 'Rules that most of them break: list_unsubscribe one_click unsubscribe_link sender_named contact_given legal_notice dkim_aligned links_aligned.';
comment on column dashboard.practice.declaration is 'Declaration of the files, or legal basis, as the customer gave it.';
comment on column dashboard.practice.proofs is 'Proofs of consent that were given.';
