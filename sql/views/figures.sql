-- The figures that thresholds look at.
set role complaint_owner;

create or replace view dashboard.domains as
select r.name as domain, r.status, r.registrar, p.ref as customer, p.name as customer_name, u.ref as reseller, u.name as reseller_name,
    r.complaints, r.counting, r.reports,
    (select c.id from desk."case" c where c.resource = r.id and c.state <> 'closed' order by c.id limit 1) as "case",
    (select array_to_string(array_agg(a.kind order by a.id), ' ') from desk.action a where a.resource = r.id and a.state = 'proposed') as proposed,
    (select max(c.last_at) from desk.complaint c where c.resource = r.id) as last_complaint_at,
    r.protected, r.registered_at
from desk.resource r
join desk.party p on p.id = r.party
left join desk.party u on u.id = p.parent
where r.kind = 'domain' and r.ended_at is null;
comment on view dashboard.domains is 'Every domain we are responsible for and how much is complained about it.';
comment on column dashboard.domains.domain is 'The name, in A-labels.';
comment on column dashboard.domains.status is 'active, suspended, deleted.';
comment on column dashboard.domains.registrar is 'Registrar of the domain.';
comment on column dashboard.domains.customer is 'Whose it is: the operator''s id.';
comment on column dashboard.domains.customer_name is 'Name of the customer.';
comment on column dashboard.domains.reseller is 'The customer''s immediate reseller.';
comment on column dashboard.domains.reseller_name is 'Name of that reseller.';
comment on column dashboard.domains.complaints is 'Standing complaints: one per complainant.';
comment on column dashboard.domains.counting is 'Those that count toward thresholds.';
comment on column dashboard.domains.reports is 'Reports received, repeats included.';
comment on column dashboard.domains."case" is 'The open case.';
comment on column dashboard.domains.proposed is 'What waits for approval.';
comment on column dashboard.domains.last_complaint_at is 'When it was last complained about.';
comment on column dashboard.domains.protected is 'Why nothing may be taken away automatically.';
comment on column dashboard.domains.registered_at is 'Since when it is this customer''s.';

create or replace view dashboard.customers as
select p.ref as customer, p.name, u.ref as reseller, u.name as reseller_name, f.complaints, f.complained as domains_complained, f.domains,
    f.suspended, f.counting, f.spamming, f.ceased_at,
    (select count(*) from desk."case" c where c.party = p.id and c.state <> 'closed') as cases_open
from desk.party p
join desk.party_figure f on f.party = p.id
left join desk.party u on u.id = p.parent
where p.kind = 'customer' and p.left_at is null;
comment on view dashboard.customers is 'Every customer with complaints and domains.';
comment on column dashboard.customers.customer is 'The operator''s id.';
comment on column dashboard.customers.name is 'Name of the customer.';
comment on column dashboard.customers.reseller is 'The immediate reseller.';
comment on column dashboard.customers.reseller_name is 'Name of the immediate reseller.';
comment on column dashboard.customers.complaints is 'Standing complaints about all its domains.';
comment on column dashboard.customers.domains_complained is 'Domains, not deleted, complained about.';
comment on column dashboard.customers.domains is 'Domains, active and suspended.';
comment on column dashboard.customers.suspended is 'Suspended domains.';
comment on column dashboard.customers.counting is 'Complaints that count toward thresholds.';
comment on column dashboard.customers.spamming is 'Domains with complaints that count.';
comment on column dashboard.customers.ceased_at is 'When the threshold of the cease-account mail was crossed.';
comment on column dashboard.customers.cases_open is 'Open cases.';

create or replace view dashboard.resellers as
select p.ref as reseller, p.name, u.ref as parent, f.complaints, f.complained as domains_complained, f.domains,
    round(100.0 * f.complained / nullif(f.domains, 0), 2) as percent, f.suspended, f.counting, f.spamming, f.ceased_at
from desk.party p
join desk.party_figure f on f.party = p.id
left join desk.party u on u.id = p.parent
where p.kind = 'reseller' and p.left_at is null;
comment on view dashboard.resellers is 'Every reseller with the figures of its whole subtree.';
comment on column dashboard.resellers.reseller is 'The operator''s id.';
comment on column dashboard.resellers.name is 'Name of the reseller.';
comment on column dashboard.resellers.parent is 'The reseller above; null: a root.';
comment on column dashboard.resellers.complaints is 'Standing complaints about all domains below it.';
comment on column dashboard.resellers.domains_complained is 'Domains, active and suspended, complained about.';
comment on column dashboard.resellers.domains is 'Domains, active and suspended.';
comment on column dashboard.resellers.percent is 'Percentage of its domains complained about; null: it has none.';
comment on column dashboard.resellers.suspended is 'Suspended domains.';
comment on column dashboard.resellers.counting is 'Complaints that count toward thresholds.';
comment on column dashboard.resellers.spamming is 'Domains with complaints that count.';
comment on column dashboard.resellers.ceased_at is 'When the threshold of the cease-account mail was crossed.';

create or replace view dashboard.complaints as
select c.id as complaint, r.name as resource, p.ref as customer, c.complainant, c.category, c.relation, c.source, c.first_at, c.last_at,
    c.reports, c.state, c.counts, c.why_not, c."case", d.ref as desk, c.message
from desk.complaint c
join desk.resource r on r.id = c.resource
join desk.party p on p.id = r.party
join desk.party d on d.id = c.desk;
comment on view dashboard.complaints is 'Every complaint: one per resource and complainant.';
comment on column dashboard.complaints.complaint is 'Number of the complaint.';
comment on column dashboard.complaints.resource is 'What is complained about.';
comment on column dashboard.complaints.customer is 'Whose it is.';
comment on column dashboard.complaints.complainant is 'Who complains; null after erasure or retention.';
comment on column dashboard.complaints.category is 'The worst thing said.';
comment on column dashboard.complaints.relation is 'How we are concerned.';
comment on column dashboard.complaints.source is 'Who vouches: authenticated, submitter, loop, unverified.';
comment on column dashboard.complaints.first_at is 'The first report.';
comment on column dashboard.complaints.last_at is 'The last report.';
comment on column dashboard.complaints.reports is 'Reports, copies left out.';
comment on column dashboard.complaints.state is 'standing, withdrawn, rejected.';
comment on column dashboard.complaints.counts is 'Whether it counts toward thresholds.';
comment on column dashboard.complaints.why_not is 'Why it does not.';
comment on column dashboard.complaints."case" is 'The case it joined.';
comment on column dashboard.complaints.desk is 'The desk that took it first.';
comment on column dashboard.complaints.message is 'The first message that said it.';

create or replace view dashboard.reporters as
select c.complainant as reporter, count(*) as complaints, count(*) filter (where c.counts) as counting, sum(c.reports) as reports,
    count(*) filter (where c.state <> 'standing') as undone, min(c.first_at) as first_at, max(c.last_at) as last_at,
    coalesce((select r.trust from desk.reporter r where r.address in (lower(c.complainant), '@' || split_part(lower(c.complainant), '@', 2))
        order by r.address like '@%' limit 1), 'normal') as trust
from desk.complaint c
where c.complainant is not null
group by c.complainant;
comment on view dashboard.reporters is 'Who complains how much, and what we think of it.';
comment on column dashboard.reporters.reporter is 'Address, or a provider''s pseudonym.';
comment on column dashboard.reporters.complaints is 'Complaints made.';
comment on column dashboard.reporters.counting is 'Those that count toward thresholds.';
comment on column dashboard.reporters.reports is 'Reports sent, repeats included.';
comment on column dashboard.reporters.undone is 'Withdrawn or rejected ones.';
comment on column dashboard.reporters.first_at is 'The first report.';
comment on column dashboard.reporters.last_at is 'The last report.';
comment on column dashboard.reporters.trust is 'trusted, normal, distrusted, blocked.';
