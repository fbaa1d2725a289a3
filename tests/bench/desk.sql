-- A desk after some years, made as a set: resellers four deep, customers, domains, complaints. Figures are
-- counted once at the end; triggers and foreign keys would count them row by row.
--   psql -v resellers=5000 -v customers=100000 -v domains=1000000 -v complaints=5000000
\set ON_ERROR_STOP 1
set session_replication_role = replica;
set synchronous_commit = off;
set maintenance_work_mem = '512MB';

-- Reseller n stands below n / 10: the first nine below the desk.
insert into desk.party (id, ref, kind, parent, name, username_email)
select n + 1, 'reseller-' || n, 'reseller', case when n = 0 then null when n < 10 then 1 else n / 10 + 1 end, 'Reseller ' || n, 'desk@reseller-' || n || '.example'
from generate_series(0, :resellers) n;
insert into desk.party (id, ref, kind, parent, name, username_email)
select :resellers + 1 + n, 'customer-' || n, 'customer', n % (:resellers + 1) + 1, 'Customer ' || n, 'owner@customer-' || n || '.example'
from generate_series(1, :customers) n;
insert into desk.party_closure (ancestor, descendant, depth)
with recursive up as (
    select id as descendant, id as ancestor, parent, 0 as depth from desk.party
    union all
    select u.descendant, p.id, p.parent, u.depth + 1 from up u join desk.party p on p.id = u.parent
)
select ancestor, descendant, depth from up;

-- A hundred customers have a fifth of the domains. One domain in 50 is suspended, one in 100 deleted.
insert into desk.resource (id, kind, name, party, services, status, registrar, registrant_email, created, order_ref)
select n, 'domain', 'd' || n || '.example',
    :resellers + 1 + case when n % 5 = 0 then n / 5 % least(100, :customers) + 1 else n % :customers + 1 end,
    case n % 4 when 0 then '{registration,hosting}' when 1 then '{registration,mail-redirection}' else '{registration}' end::text[],
    case when n % 50 = 0 then 'suspended' when n % 100 = 1 then 'deleted' else 'active' end, 'Root Registrar', 'owner@d' || n || '.example', '2020-01-01', 'O-' || n
from generate_series(1, :domains) n;

-- Two domains in five are complained about, a few of them by very many; every third complaint is not authenticated.
alter table desk.complaint drop constraint complaint_once;
drop index desk.complaint_person_once;
drop index desk.complaint_case;
insert into desk."case" (id, desk, track, resource, party, relation, category, state, outcome, opened_at, changed_at, closed_at, last_complaint_at)
select r.id, 1, 'abuse', r.id, r.party, 'registrar', 'spam', 'closed', 'resolved', '2025-01-01', '2025-02-01', '2025-02-01', '2025-01-01'
from desk.resource r where r.id % 5 in (2, 3);
insert into desk.complaint (resource, complainant_key, person_key, complainant, desk, category, relation, strength, source, first_at, last_at, counts, why_not, "case")
select d, desk.hmac(k.inner_pad, k.outer_pad, 'address ' || a), desk.hmac(k.inner_pad, k.outer_pad, 'person ' || a), a, 1, 'spam', 'registrar', 3,
    case when n % 3 = 0 then 'unverified' else 'authenticated' end, t, t, n % 3 <> 0, case when n % 3 = 0 then 'unauthenticated' end, d
from (select n, 5 * ((:domains / 5) * power(n::float8 / :complaints, 4))::int + 2 + n % 2 as d, 'person' || n || '@people.example' as a,
        timestamptz '2024-01-01' + n * interval '5 seconds' as t
    from generate_series(1, :complaints) n) c
cross join (select inner_pad, outer_pad from desk.secret where purpose = 'complainant') k
where d <= :domains;
alter table desk.complaint add constraint complaint_once unique (resource, complainant_key);
create unique index complaint_person_once on desk.complaint (resource, person_key) where counts;
create index complaint_case on desk.complaint ("case") where "case" is not null;

update desk.resource r set complaints = c.all, counting = c.counting, reports = c.all, first_complaint_at = c.first_at, last_complaint_at = c.last_at
from (select resource, count(*) as all, count(*) filter (where counts) as counting, min(first_at) as first_at, max(last_at) as last_at
    from desk.complaint group by resource) c
where r.id = c.resource;
insert into desk.party_figure (party, domains, suspended, complaints, complained, counting, spamming)
select p.id, coalesce(s.domains, 0), coalesce(s.suspended, 0), coalesce(s.complaints, 0), coalesce(s.complained, 0), coalesce(s.counting, 0), coalesce(s.spamming, 0)
from desk.party p left join (
    select c.ancestor, sum(o.domains) as domains, sum(o.suspended) as suspended, sum(o.complaints) as complaints, sum(o.complained) as complained,
        sum(o.counting) as counting, sum(o.spamming) as spamming
    from (select party, count(*) filter (where status <> 'deleted') as domains, count(*) filter (where status = 'suspended') as suspended,
            sum(complaints) as complaints, count(*) filter (where status <> 'deleted' and complaints > 0) as complained,
            sum(counting) as counting, count(*) filter (where status <> 'deleted' and counting > 0) as spamming
        from desk.resource group by party) o
    join desk.party_closure c on c.descendant = o.party group by c.ancestor) s on s.ancestor = p.id;
-- Who is above the threshold was told long ago.
update desk.party_figure set ceased_at = '2025-01-01' where party <> 1 and desk.is_over_cease(party);
select setval('desk.party_id_seq', max(id)) from desk.party \g /dev/null
select setval('desk.resource_id_seq', max(id)) from desk.resource \g /dev/null
select setval('desk.case_id_seq', max(id)) from desk."case" \g /dev/null
reset session_replication_role;
vacuum analyze;
checkpoint;
select format('%s domains, %s customers, %s resellers, %s complaints', (select count(*) from desk.resource),
    (select count(*) from desk.party where kind = 'customer'), (select count(*) - 1 from desk.party where kind = 'reseller'), (select count(*) from desk.complaint));
