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

-- How we are concerned with a domain of ours, by the evidence and by what we do for it.
drop function if exists desk.relation_of(text, text, text[], text, int, text);
create or replace function desk.relation_of(p_resource_kind text, p_role text, p_services text[], p_kind text, p_strength int, p_category text,
    p_is_passed_on boolean) returns text
language sql immutable parallel safe as $$
    select case
        -- Our redirection handed it to the complainant's provider, but had it from somebody else.
        when p_is_passed_on and (p_role = 'mail-redirection' or p_resource_kind = 'network' and 'mail-redirection' = any(p_services)) then 'transit'
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

create or replace function desk.attribute(p_messages bigint[]) returns setof desk.found
language plpgsql stable security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
return query
with mail as materialized (
    select m.id, m.desk, m.kind, m.authenticated, m.report, m.submitter
    from unnest(p_messages) q(id)
    cross join lateral (select * from message m where m.id = q.id limit 1) m
    where m.disposition = 'complaint'
), inc as materialized (
    select m.id as message, e.no::int as no, m.desk, m.kind as mail_kind, m.authenticated, e.x, e.x->>'category' as category,
        coalesce(e.x->>'complainant', m.report #>> '{reporter,address}', m.report #>> '{mail,from}') as complainant,
        array_remove(array[desk.address_domain(coalesce(e.x->>'complainant', m.report #>> '{reporter,address}')),
            desk.address_domain(m.report #>> '{reporter,address}'), desk.address_domain(e.x #>> '{original,to,0}')], null) as own
    from mail m cross join lateral jsonb_array_elements(m.report->'incidents') with ordinality e(x, no)
    where m.kind <> 'batch'
), said as (
    select i.message, i.no, i.desk, i.category, i.complainant, i.own, case when v.kind = 'typed' and v.value ~ '^[^/@]+@[^/@]+$' then 'mailbox' else v.kind end,
        lower(v.host) as host, v.domain, v.value, desk.evidence_strength(v.kind, v.provenance, i.authenticated) as strength, i.authenticated and i.mail_kind in ('arf', 'jmrp') as is_loop
    from inc i cross join lateral jsonb_to_recordset(i.x->'evidence') v(kind text, value text, host text, domain text, provenance text)
    where v.kind not in ('url', 'typed', 'reported-domain', 'reported-uri', 'list-unsubscribe', 'reply-to')
        or v.domain is null or i.x->'domains' ? v.domain
    union all
    select i.message, i.no, i.desk, i.category, i.complainant, i.own, 'domain', d.name, d.name, d.name, 5, false
    from inc i cross join lateral jsonb_array_elements_text(i.x->'domains') d(name)
    where not i.x->'evidence' @> jsonb_build_array(jsonb_build_object('domain', d.name))
    union all
    select i.message, i.no, i.desk, i.category, i.complainant, i.own, 'ip', a.value, null, a.value, 5, false
    from inc i cross join lateral jsonb_array_elements_text(i.x->'ips') a(value)
    union all
    select i.message, i.no, i.desk, i.category, i.complainant, i.own, 'source-ip', i.x #>> '{source_ip,value}', null, i.x #>> '{source_ip,value}',
        desk.evidence_strength('source-ip', i.x #>> '{source_ip,provenance}', i.authenticated), false
    from inc i where i.x #>> '{source_ip,value}' is not null
    union all
    select m.id, (l.x->>'line')::int, coalesce(m.submitter, m.desk), 'spam', l.x->>'complainant', '{}'::text[], 'line', lower(l.x->>'domain'), null, l.x->>'domain', 5, false
    from mail m cross join lateral jsonb_array_elements(m.report->'lines') l(x)
    where m.kind = 'batch' and l.x->>'error' is null and l.x->>'domain' is not null and l.x->>'line' is not null
), named as materialized (
    -- A token proves nothing until its HMAC is verified; a name that is the complainant's own is no culprit.
    select distinct on (s.message, s.no, s.host, s.kind) s.*, s.host ~ '^[0-9.]+$' or s.host ~ ':' as is_address
    from said s where s.host is not null and length(s.host) <= 255 and s.kind <> 'token'
        and not (s.kind in ('reported-domain', 'typed', 'mailbox', 'domain', 'from', 'return-path', 'message-id', 'helo') and coalesce(s.domain, s.host) = any(s.own))
    order by s.message, s.no, s.host, s.kind, s.strength
), host as materialized (
    select distinct on (n.message, n.no, n.host) n.* from named n where not n.is_address order by n.message, n.no, n.host, n.strength
), candidate as (
    select n.*, l.name
    from host n
    cross join lateral (select string_to_array(n.host, '.') as labels) a
    cross join lateral (select cardinality(a.labels) - coalesce(cardinality(string_to_array(n.domain, '.')), 2) + 1 as last) b
    cross join lateral generate_series(greatest(1, b.last - 5), greatest(1, b.last)) k(k)
    cross join lateral (select case when k.k = 1 then n.host else array_to_string(a.labels[k.k:], '.') end as name) l
), hit as (
    select c.message, c.no, c.desk, c.category, c.complainant, c.own, c.kind, c.strength, c.value, c.host, c.is_loop, r.id, r.kind as rkind, r.role, r.services, r.party, r.name, r.status
    from candidate c
    cross join lateral (select r.id, r.kind, r.role, r.services, r.party, r.name, r.status from resource r where r.kind = 'domain' and r.ended_at is null and r.name = c.name limit 1) r
    union all
    select n.message, n.no, n.desk, n.category, n.complainant, n.own, n.kind, n.strength, n.value, n.host, n.is_loop, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from named n
    cross join lateral (select r.id, r.kind, r.role, r.services, r.party, r.name, r.status from resource r where r.kind = 'host' and r.ended_at is null and r.name = n.host limit 1) r
    where not n.is_address and n.kind in ('received', 'helo', 'url')
    union all
    select n.message, n.no, n.desk, n.category, n.complainant, n.own, n.kind, n.strength, n.value, n.host, n.is_loop, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from named n
    cross join lateral (select r.id, r.kind, r.role, r.services, r.party, r.name, r.status from resource r where r.kind = 'identifier' and r.ended_at is null and r.identifier = n.kind
        and r.name in (lower(n.value), n.value, n.host) limit 1) r
    where n.kind in ('dkim', 'list-id')
    union all
    select n.message, n.no, n.desk, n.category, n.complainant, n.own, n.kind, n.strength, n.value, n.host, n.is_loop, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from named n
    cross join lateral (select r.id, r.kind, r.role, r.services, r.party, r.name, r.status from resource r where r.kind = 'network' and r.ended_at is null and r.network >>= desk.to_inet(n.host)
        order by masklen(r.network) desc limit 1) r
    where n.is_address and n.kind in ('source-ip', 'ip', 'url', 'reported-uri', 'typed', 'auth-user', 'line')
    union all
    -- What is no name: verified tokens and Feedback-IDs of bulk-mail customers.
    select s.message, s.no, s.desk, s.category, s.complainant, s.own, s.kind, s.strength, s.value, s.value, s.is_loop, r.id, r.kind, r.role, r.services, r.party, r.name, r.status
    from said s cross join lateral desk.sending_named(s.kind, s.value) r
    where s.kind in ('token', 'feedback-id')
), ours as (
    -- The longest of our names that a host carries; only what stands in the desk's tree.
    select distinct on (h.message, h.no, h.host, h.kind, h.rkind) h.*, coalesce(t.inside, false) as inside
    from hit h
    -- LIMIT again: an EXISTS would be hashed, over the whole tree.
    left join lateral (select true as inside from party_closure c where c.descendant = h.party and c.ancestor = h.desk limit 1) t on true
    order by h.message, h.no, h.host, h.kind, h.rkind, length(h.name) desc
), judged as (
    select o.message, o.no, o.id, o.party, o.complainant, o.kind, g.strength, g.relation, length(o.name) as length,
        case when g.relation = 'sending' then desk.sending_rank(o.kind, o.rkind, o.name) end as rank,
        o.kind || ' ' || left(o.value, 200) || case when o.status <> 'active' then '; already ' || o.status else '' end as why
    from ours o
    -- Looked up for our redirections alone: did somebody hand the mail to them?
    cross join lateral (select (o.role = 'mail-redirection' or o.rkind = 'network' and 'mail-redirection' = any(o.services))
        and desk.is_passed_on(o.message, o.no) as is_passed_on) p
    cross join lateral (select desk.sending_strength(o.kind, o.strength, o.rkind, o.services, o.is_loop) as strength) e
    cross join lateral (select e.strength, desk.relation_of(o.rkind, o.role, o.services, o.kind, e.strength, o.category, p.is_passed_on) as relation) r
    cross join lateral (select r.relation, case r.relation when 'transit' then 6 else e.strength end as strength) g
    where o.inside
), single as (
    select distinct on (j.message, j.no, j.id) j.* from judged j
    order by j.message, j.no, j.id, j.strength, j.rank, j.length desc
), best as (
    -- A bulk mailer's mail has one sender: whom the best of its evidence names. What the
    -- token of a customer names among his resources the rest of the evidence may know better.
    select distinct on (s.message, s.no, case when s.rank is null then s.id end) s.message, s.no, s.party, s.complainant, s.relation, s.why,
        case when s.rank is null then s.id else first_value(s.id) over (partition by s.message, s.no, s.rank is null, s.party order by s.kind = 'token', s.rank, s.strength, s.id) end as id,
        case when s.rank is null then s.strength else min(s.strength) over (partition by s.message, s.no, s.rank is null) end as strength
    from single s
    order by s.message, s.no, case when s.rank is null then s.id end, s.rank, s.strength, s.id
), every as (
    -- An incident with nothing of ours has a row too: what follows joins nothing.
    select message, no, id, party, strength, complainant, relation, why from best
    union all
    select i.message, i.no, null, null, 9, i.complainant, null, 'nothing of ours' from inc i
    union all
    select m.id, (l.x->>'line')::int, null, null, 9, l.x->>'complainant', null, 'nothing of ours'
    from mail m cross join lateral jsonb_array_elements(m.report->'lines') l(x)
    where m.kind = 'batch' and l.x->>'error' is null and l.x->>'line' is not null
), placed as (
    select b.*, min(b.strength) over w as strongest, row_number() over (partition by b.message, b.no order by b.strength, b.relation in ('none', 'transit'), b.id) as place
    from every b window w as (partition by b.message, b.no)
)
select p.message, p.no, p.place::int, p.id, p.party, p.relation, case when p.id is not null then p.strength::smallint end, p.why, p.complainant
from placed p where p.strength = p.strongest and p.place <= case when p.id is null then 1 else 5 end;
end
$$;
comment on function desk.attribute is 'Culprits of the incidents of these messages: the strongest evidence wins, the longest name, the narrowest network, inside the desk''s tree; five at most.';
reset check_function_bodies;
