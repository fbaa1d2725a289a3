-- Whose is it: intersects the evidence of undecided incidents with the desk's resources.
-- Shape as in reference figures: few rows first, then LATERAL ... LIMIT look-ups, so that
-- neither the inventory nor jsonb's row estimates decide the plan.
set role complaint_owner;
set check_function_bodies = off;

-- Rank of one piece of evidence, 1 (proof) to 6 (anyone can write it).
create or replace function desk.evidence_strength(p_kind text, p_provenance text, p_authenticated boolean) returns int
language sql immutable parallel safe as $$
    select case
        when p_kind = 'token' then 1
        when p_kind in ('reported-domain', 'reported-uri', 'url', 'source-ip', 'auth-user', 'feedback-id', 'list-id', 'dkim', 'return-path')
            and p_provenance = 'reported' then case when p_authenticated then 2 else 3 end
        when p_kind in ('url', 'list-unsubscribe', 'reply-to', 'source-ip') and p_provenance in ('original', 'quoted') then 3
        when p_kind in ('dkim', 'list-id', 'feedback-id', 'auth-user') then 4
        when p_kind in ('from', 'return-path', 'message-id', 'helo', 'received') then 6
        else 5
    end
$$;
comment on function desk.evidence_strength is '1 our verified token, 2 authenticated machine field, 3 URL in the spam, 4 authenticated-claimed sender, 5 typed, 6 bare From, Message-ID, HELO.';

-- Of equally strong evidence that comes first which says more of how we are concerned: what proves or measured the
-- sender, then links, then where answers are wanted, then who is said to have sent it, then a bare name.
-- Reported-Domain is but a candidate, for it is often the recipient's own.
create or replace function desk.evidence_order(p_kind text) returns int
language sql immutable parallel safe as $$
    select case p_kind when 'token' then 1 when 'auth-user' then 2 when 'dkim' then 3 when 'feedback-id' then 4 when 'list-id' then 5
        when 'source-ip' then 6 when 'reported-uri' then 7 when 'url' then 8 when 'list-unsubscribe' then 9 when 'reply-to' then 10
        when 'mailbox' then 11 when 'return-path' then 12 when 'reported-domain' then 14 when 'received' then 15 when 'from' then 16
        when 'message-id' then 17 when 'helo' then 18 else 13 end
$$;
comment on function desk.evidence_order is 'Which of equally strong pieces of evidence decides the relation: the lowest.';

-- How we are concerned with a domain of ours, by the evidence and by what we do for it.
create or replace function desk.relation_of(p_resource_kind text, p_role text, p_services text[], p_kind text, p_strength int, p_category text,
    p_is_passed_on boolean) returns text
language sql immutable parallel safe as $$
    select case
        -- Our redirection handed it to the complainant's provider, but had it from somebody else.
        when p_is_passed_on and (p_role = 'mail-redirection' or p_resource_kind = 'network' and 'mail-redirection' = any(p_services)) then 'transit'
        when p_kind = 'helo' then 'none' -- whoever connects can say it
        when p_resource_kind = 'host' then case
            when p_role = 'mail-redirection' then 'mail-redirection'
            when p_role = 'web-redirection' then 'web-redirection'
            else 'hosting' end
        when p_strength = 6 then 'none'
        when p_category = 'whois' and p_resource_kind = 'domain' then 'whois'
        when p_resource_kind = 'identifier' then 'sending'
        when p_resource_kind = 'network' then case
            when 'sending' = any(p_services) then 'sending'
            when 'mail-redirection' = any(p_services) then 'mail-redirection'
            else 'hosting' end
        when p_kind in ('token', 'dkim', 'return-path', 'list-id', 'feedback-id', 'auth-user') then case
            when 'sending' = any(p_services) then 'sending'
            when p_services && array['smtp', 'mail-hosting'] then 'hosting'
            when 'mail-redirection' = any(p_services) then 'mail-redirection'
            when 'registration' = any(p_services) then 'registrar'
            when 'dns' = any(p_services) then 'dns'
            else 'registrar' end
        when p_kind in ('reply-to', 'mailbox') then case -- a drop box: where answers are wanted
            when p_services && array['mail-hosting', 'smtp'] then 'hosting'
            when 'mail-redirection' = any(p_services) then 'mail-redirection'
            when 'dns' = any(p_services) and not 'registration' = any(p_services) then 'dns'
            else 'registrar' end
        -- A bare name in a report about a mail shows neither a link to what we host nor that it was sent from there.
        when p_kind = 'reported-domain' and p_category = 'spam' and 'registration' = any(p_services) then 'registrar'
        when 'hosting' = any(p_services) then 'hosting'
        when p_services && array['web-redirection', 'web-redirection:unset'] then 'web-redirection'
        when 'sending' = any(p_services) and not 'registration' = any(p_services) then 'sending'
        when 'registration' = any(p_services) then 'registrar'
        when 'dns' = any(p_services) then 'dns'
        when 'mail-redirection' = any(p_services) then 'mail-redirection'
        when p_services && array['mail-hosting', 'smtp'] then 'hosting'
        else 'registrar'
    end
$$;
comment on function desk.relation_of is 'The relation, and with it what we can do, for a resource named by a piece of evidence.';

-- Parsers name the host that handed the mail over, and if it is ours also who handed it to that.
create or replace function desk.is_passed_on(p_message bigint, p_no int) returns boolean
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (select count(distinct x->>'value') > 1 from message m
        cross join lateral jsonb_array_elements(m.report->'incidents'->(p_no - 1)->'evidence') x
        where m.id = p_message and x->>'kind' = 'received' and desk.to_inet(x->>'value') is not null);
end
$$;
comment on function desk.is_passed_on is 'Has the mail of this incident been through more than one host before it left us.';

-- With p_strong, only of authenticated reports, and only what is proof or was said of the sender by machine.
create or replace function desk.attribute_by(p_messages bigint[], p_strong boolean) returns setof desk.found
language plpgsql stable security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
set work_mem = '64MB' -- 2,000 incidents with their evidence, read six times: not from a temporary file
as $$
#variable_conflict use_column
begin
return query
-- A report is unpacked once, here, into what is asked of it. Rows stay narrow and texts compare by their
-- bytes, for a mail has a dozen pieces of evidence.
with mail as materialized (
    select m.id, m.desk, m.kind, m.authenticated, m.submitter, x.incidents, x.lines, x.reporter->>'address' as reporter, x.mail->>'from' as sender
    from unnest(p_messages) q(id)
    cross join lateral (select * from message m where m.id = q.id limit 1) m
    cross join lateral jsonb_to_record(m.report) x(incidents jsonb, lines jsonb, reporter jsonb, mail jsonb)
    where m.disposition = 'complaint' and (not p_strong or m.authenticated and m.kind in ('arf', 'jmrp', 'xarf', 'x-arf', 'spamcop', 'notice'))
), inc as materialized (
    select m.id as message, e.no::int as no, m.desk, m.authenticated, m.authenticated and m.kind in ('arf', 'jmrp') as is_loop, e.category,
        e.evidence, e.domains, e.ips, e.source_ip->>'value' as source_ip, e.source_ip->>'provenance' as provenance,
        coalesce(e.complainant, m.reporter, m.sender) as complainant,
        -- As ".name " each; his mail may come from a name below his own.
        concat_ws(' ', case when coalesce(e.complainant, m.reporter) ~~ '%@%' then '.' || lower(split_part(coalesce(e.complainant, m.reporter), '@', -1)) end,
            case when m.reporter ~~ '%@%' then '.' || lower(split_part(m.reporter, '@', -1)) end,
            case when e.original #>> '{to,0}' ~~ '%@%' then '.' || lower(split_part(e.original #>> '{to,0}', '@', -1)) end, '') as own
    from mail m
    cross join lateral rows from (jsonb_to_recordset(m.incidents) as (category text, evidence jsonb, domains jsonb, ips jsonb, source_ip jsonb,
        complainant text, original jsonb)) with ordinality e(category, evidence, domains, ips, source_ip, complainant, original, no)
    where m.kind <> 'batch'
), line as materialized (
    select m.id as message, (l.x->>'line')::int as no, coalesce(m.submitter, m.desk) as desk, l.x->>'complainant' as complainant, l.x->>'domain' as domain
    from mail m cross join lateral jsonb_array_elements(m.lines) l(x)
    where m.kind = 'batch' and l.x->>'error' is null and l.x->>'line' is not null
), whole as materialized (
    select message, no, desk, category, complainant, is_loop from inc
    union all
    select message, no, desk, 'spam', complainant, false from line
), said as materialized (
    -- A name that is the complainant's own is no culprit.
    select i.message, i.no, k.kind, lower(v.host collate "C") collate "C" as host, v.domain, v.value, desk.evidence_strength(v.kind, v.provenance, i.authenticated) as strength,
        v.domain is null and (v.host ~ '^[0-9.]+$' or v.host ~ ':') as is_address,
        v.host is not null and length(v.host) <= 255 and v.kind <> 'token'
            and not (k.kind in ('reported-domain', 'typed', 'mailbox', 'domain', 'from', 'return-path', 'message-id', 'helo')
                and strpos(i.own, '.' || coalesce(v.domain, lower(v.host)) || ' ') > 0) as is_named,
        k.is_loops
    from inc i cross join lateral jsonb_to_recordset(i.evidence) v(kind text, value text, host text, domain text, provenance text)
    cross join lateral (select case when v.kind = 'typed' and v.value ~ '^[^/@]+@[^/@]+$' then 'mailbox' else v.kind end as kind,
        i.is_loop and v.kind in ('dkim', 'list-id', 'feedback-id') as is_loops) k
    where (not p_strong or v.provenance = 'reported' or v.kind = 'token' or k.is_loops)
        and (v.kind not in ('url', 'typed', 'reported-domain', 'reported-uri', 'list-unsubscribe', 'reply-to')
            or v.domain is null or i.domains ? v.domain)
    union all
    select i.message, i.no, 'domain', d.name, d.name, d.name, 5, d.name ~ '^[0-9.]+$' or d.name ~ ':', length(d.name) <= 255 and strpos(i.own, '.' || d.name || ' ') = 0, false
    from inc i cross join lateral jsonb_array_elements_text(i.domains) d(name)
    where not p_strong and not i.evidence @> jsonb_build_array(jsonb_build_object('domain', d.name))
    union all
    select i.message, i.no, 'ip', a.value, null, a.value, 5, a.value ~ '^[0-9.]+$' or a.value ~ ':', length(a.value) <= 255, false
    from inc i cross join lateral jsonb_array_elements_text(i.ips) a(value)
    where not p_strong
    union all
    select i.message, i.no, 'source-ip', i.source_ip, null, i.source_ip, desk.evidence_strength('source-ip', i.provenance, i.authenticated),
        i.source_ip ~ '^[0-9.]+$' or i.source_ip ~ ':', length(i.source_ip) <= 255, false
    from inc i where i.source_ip is not null and (not p_strong or i.provenance = 'reported')
    union all
    select l.message, l.no, 'line', lower(l.domain), null, l.domain, 5, l.domain ~ '^[0-9.]+$' or l.domain ~ ':', length(l.domain) <= 255, false
    from line l where l.domain is not null
), host as materialized (
    select distinct on (s.message, s.no, s.host) s.message, s.no, s.host, s.kind, s.domain, s.value, s.strength
    from said s where s.is_named and not s.is_address
    order by s.message, s.no, s.host, s.strength, desk.evidence_order(s.kind), s.value collate "C"
), name as materialized (
    -- What many mails name is looked up once: the name itself and those above it, down to the registrable one.
    select n.host, n.domain, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from (select distinct h.host, coalesce(h.domain, '') as domain from host h) n
    cross join lateral (select string_to_array(n.host, '.') as labels) a
    cross join lateral (select cardinality(a.labels) - coalesce(nullif(cardinality(string_to_array(n.domain, '.')), 0), 2) + 1 as last) b
    cross join lateral generate_series(greatest(1, b.last - 5), greatest(1, b.last)) k(k)
    cross join lateral (select case when k.k = 1 then n.host else array_to_string(a.labels[k.k:], '.') end as name) l
    cross join lateral (select r.id, r.kind, r.role, r.services, r.party, r.name, r.status from resource r where r.kind = 'domain' and r.ended_at is null and r.name = l.name limit 1) r
), server as materialized (
    select n.host, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from (select distinct h.host from host h) n
    cross join lateral (select r.id, r.kind, r.role, r.services, r.party, r.name, r.status from resource r where r.kind = 'host' and r.ended_at is null and r.name = n.host limit 1) r
), address as materialized (
    select n.host, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from (select distinct s.host from said s where s.is_named and s.is_address) n
    cross join lateral (select desk.to_inet(n.host) as address offset 0) a -- once, not for each network
    cross join lateral (select r.id, r.kind, r.role, r.services, r.party, r.name, r.status from resource r where r.kind = 'network' and r.ended_at is null and r.network >>= a.address
        order by masklen(r.network) desc limit 1) r
), hit as (
    select c.message, c.no, c.kind, c.strength, c.value, c.host, r.id, r.kind as rkind, r.role, r.services, r.party, r.name, r.status
    from host c join name r on r.host = c.host and r.domain = coalesce(c.domain, '')
    union all
    -- What a loop shows of a bulk mailer stands beside a link to the same host: only his resource tells how strong it is.
    select s.message, s.no, s.kind, s.strength, s.value, s.host, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from said s join name r on r.host = s.host and r.domain = coalesce(s.domain, '')
    where s.is_loops and s.is_named and not s.is_address and 'sending' = any(r.services)
    union all
    select s.message, s.no, s.kind, s.strength, s.value, s.host, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from said s join server r on r.host = s.host
    where s.is_named and not s.is_address and s.kind in ('received', 'helo', 'url', 'reported-uri')
    union all
    select s.message, s.no, s.kind, s.strength, s.value, s.host, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from said s
    cross join lateral (select r.id, r.kind, r.role, r.services, r.party, r.name, r.status from resource r where r.kind = 'identifier' and r.ended_at is null and r.identifier = s.kind
        and r.name in (lower(s.value), s.value, s.host) limit 1) r
    where s.is_named and s.kind in ('dkim', 'list-id')
    union all
    -- The account that a header of our servers names, as customers' identifiers of kind "header" have it.
    select s.message, s.no, s.kind, s.strength, s.value, s.value, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from said s
    cross join lateral (select r.id, r.kind, r.role, r.services, r.party, r.name, r.status from resource r where r.kind = 'identifier' and r.ended_at is null
        and r.identifier = 'header' and r.name = s.value limit 1) r
    where s.kind = 'auth-user'
    union all
    select s.message, s.no, s.kind, s.strength, s.value, s.host, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from said s join address r on r.host = s.host
    where s.is_named and s.is_address and s.kind in ('source-ip', 'ip', 'url', 'reported-uri', 'typed', 'auth-user', 'line')
    union all
    -- What is no name: verified tokens (a token proves nothing until then) and Feedback-IDs of bulk-mail customers.
    select s.message, s.no, s.kind, s.strength, s.value, s.value, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from said s cross join lateral desk.sending_named(s.kind, s.value) r
    where s.kind in ('token', 'feedback-id')
), ours as (
    -- The longest of our names that a host carries; only what stands in the desk's tree.
    select distinct on (h.message, h.no, h.host, h.kind, h.rkind) h.*, w.category, w.complainant, w.is_loop, coalesce(t.inside, false) as inside
    from hit h
    join whole w on w.message = h.message and w.no = h.no
    -- LIMIT again: an EXISTS would be hashed, over the whole tree.
    left join lateral (select true as inside from party_closure c where c.descendant = h.party and c.ancestor = w.desk limit 1) t on true
    order by h.message, h.no, h.host, h.kind, h.rkind, length(h.name) desc, h.strength, h.value collate "C"
), judged as (
    select o.message, o.no, o.id, o.party, o.complainant, o.kind, g.strength, g.relation, length(o.name) as length,
        case when g.relation = 'sending' then desk.sending_rank(o.kind, o.rkind, o.name) end as rank,
        o.kind || ' ' || left(o.value, 200) || case when o.status <> 'active' then '; already ' || o.status else '' end as why
    from ours o
    -- Looked up for our redirections alone: did somebody hand the mail to them? OFFSET 0, or each use of a
    -- relation would work it out again.
    cross join lateral (select case when o.role = 'mail-redirection' or o.rkind = 'network' and 'mail-redirection' = any(o.services)
        then desk.is_passed_on(o.message, o.no) else false end as is_passed_on offset 0) p
    cross join lateral (select desk.sending_strength(o.kind, o.strength, o.rkind, o.services, o.is_loop) as strength) e
    cross join lateral (select e.strength, desk.relation_of(o.rkind, o.role, o.services, o.kind, e.strength, o.category, p.is_passed_on) as relation offset 0) r
    cross join lateral (select r.relation, case r.relation when 'transit' then 6 else e.strength end as strength) g
    where o.inside
), single as (
    select distinct on (j.message, j.no, j.id) j.* from judged j
    order by j.message, j.no, j.id, j.strength, j.rank, desk.evidence_order(j.kind), j.length desc, j.why
), best as (
    -- A bulk mailer's mail has one sender: whom the best of its evidence names. What the
    -- token of a customer names among his resources the rest of the evidence may know better.
    -- The weight of all of it is that of its strongest; a candidate gives way to whatever else is as strong.
    select distinct on (s.message, s.no, case when s.rank is null then s.id end) s.message, s.no, s.party, s.complainant, s.relation, s.why,
        case when s.rank is null then s.id else first_value(s.id) over (partition by s.message, s.no, s.rank is null, s.party order by s.kind = 'token', s.rank, s.strength, s.id) end as id,
        case when s.rank is null then w.weight else min(w.weight) over (partition by s.message, s.no, s.rank is null) end as weight
    from single s cross join lateral (select s.strength * 2 + (s.kind = 'reported-domain')::int as weight) w
    order by s.message, s.no, case when s.rank is null then s.id end, s.rank, s.strength, s.id
), every as (
    -- An incident with nothing of ours has a row too: what follows joins nothing.
    select message, no, id, party, weight, complainant, relation, why from best
    union all
    select w.message, w.no, null, null, 18, w.complainant, null, 'nothing of ours' from whole w
), placed as (
    select b.*, min(b.weight) over (partition by b.message, b.no) as strongest,
        row_number() over (partition by b.message, b.no order by b.weight, b.relation in ('none', 'transit'), b.id) as place
    from every b
)
select p.message, p.no, p.place::int, p.id, p.party, p.relation, case when p.id is not null then (p.weight / 2)::smallint end, p.why, p.complainant
from placed p where p.weight = p.strongest and p.place <= case when p.id is null then 1 else 5 end;
end
$$;
comment on function desk.attribute_by is 'Culprits of the incidents of these messages by all of their evidence, or by its strong part alone: the strongest wins, the longest name, the narrowest network, inside the desk''s tree; five at most.';

-- Nothing in the rest of a report outweighs what an authenticated machine says of the sender, except about a bulk
-- mailer, whom any part of it may name better. So of most reports three pieces of evidence in a dozen are looked at.
create or replace function desk.attribute(p_messages bigint[]) returns setof desk.found
language plpgsql stable security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_found desk.found[];
    v_rest bigint[];
begin
    with strong as materialized (
        select f, f.message, coalesce(f.strength <= 2, false) and not coalesce(bool_or(f.relation = 'sending') over (partition by f.message), false) as is_settled
        from desk.attribute_by(p_messages, true) f
    ), settled as materialized (
        select s.message from strong s group by s.message having bool_and(s.is_settled)
    )
    select array(select s.f from strong s join settled d on d.message = s.message),
        array(select q.id from unnest(p_messages) q(id) left join settled d on d.message = q.id where d.message is null)
        into v_found, v_rest;
    return query select * from unnest(v_found);
    if cardinality(v_rest) > 0 then
        return query select * from desk.attribute_by(v_rest, false);
    end if;
end
$$;
comment on function desk.attribute is 'Culprits of the incidents of these messages: by the strong part of the evidence where that settles it, else by all of it.';
reset check_function_bodies;
