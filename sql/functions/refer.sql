-- Referral: the evidence of a case to the registrar or host who can do more about it.
set role complaint_owner;
set check_function_bodies = off;

-- By the index that has the newest first: a flood of them is not read whole.
create or replace function desk.case_newest(p_case bigint, p_most int) returns setof desk.complaint
language plpgsql stable security definer rows 50 set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_resource bigint := (select c.resource from "case" c where c.id = p_case);
begin
    if v_resource is null then
        return query select c.* from (select c.* from complaint c where c."case" = p_case limit p_most) c where c.state = 'standing';
    else
        return query select c.* from (select c.* from complaint c where c.resource = v_resource order by c.id desc limit p_most) c
            where c."case" = p_case and c.state = 'standing';
    end if;
end
$$;
comment on function desk.case_newest is 'The newest complaints of a case, without those that were withdrawn.';

-- Without anything that could name who complained: links redacted, no recipient, no subject.
create or replace function desk.case_evidence(p_case bigint, p_most int) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return (
    select coalesce(jsonb_agg(jsonb_build_object('what', left(e.what, 150), 'about', e.name, 'kind', e.kind, 'at', coalesce(desk.stamp(e.at), '')) order by e.at desc, e.what), '[]')
    from (
        select what, min(name) as name, min(kind) as kind, max(at) as at from (
            select x.u as what, i.name, i.kind, i.at from (
                select coalesce(i.date, m.received_at) as at, m.report->'incidents'->(i.no - 1) as r, c.complainant, c.relation, r.name, r.kind
                from desk.case_newest(p_case, 2 * p_most) c -- each says something, most of them the same
                cross join lateral (select r.name, r.kind from resource r where r.id = c.resource limit 1) r
                -- Its first report and its newest: it may have been said ten thousand times.
                cross join lateral (select distinct q.id from unnest(array[c.message, c.last_message]) q(id)) q
                cross join lateral (select m.report, m.received_at from message m where m.id = q.id and m.folder <> 'Restricted' and m.kind <> 'batch' limit 1) m
                cross join lateral (select i.* from (select i.* from incident i where i.message = q.id offset 0) i
                    where i.complaint = c.id or exists (select from incident_also a where a.message = i.message and a.no = i.no and a.complaint = c.id) limit 5) i
                where c.category not in ('child-safety', 'authority') offset 0) i -- each report is unpacked once
            cross join lateral (
                select desk.redact_link(u, i.name, i.complainant) as u from jsonb_array_elements_text(case jsonb_typeof(i.r->'urls') when 'array' then i.r->'urls' else '[]' end) u
                -- A mail has links to others, too; theirs are not for this customer.
                where i.kind <> 'domain' or i.relation = 'sending' or lower(substring(u from '^[a-zA-Z]+://(?:[^/?#@]*@)?([^/:?#]+)')) ~ ('(^|[.])' || replace(i.name, '.', '[.]') || '$')
                union all
                select i.r #>> '{source_ip,value}' where i.r #>> '{source_ip,value}' is not null) x) y
        group by what order by max(at) desc, what limit p_most) e);
end
$$;
comment on function desk.case_evidence is 'What the reports of a case show, newest first: links without their query, and addresses; nobody who complained.';

-- Category, type and what the type must have (xarf.org, schemas of 4.0), for a link and for an
-- address. A type is taken only if we know all it must have: nobody tells us the brand that a
-- name imitates, or the service that is open. What no type fits is an indicator of its threat.
create or replace function desk.xarf_type(p_category text, p_link text) returns jsonb
language sql immutable parallel safe as $$
    select case
        when p_category = 'spam' then jsonb_build_object('category', 'messaging', 'type', 'spam', 'protocol', 'other')
            || case when p_link is null then '{}' else jsonb_build_object('spam_indicators', jsonb_build_object('suspicious_links', jsonb_build_array(p_link))) end
        when p_category = 'botnet' then '{"category": "infrastructure", "type": "botnet", "compromise_evidence": "reported to the abuse desk"}'
        when p_link is not null and p_category in ('phishing', 'malware') then jsonb_build_object('category', 'content', 'type', p_category, 'url', p_link)
        when p_link is not null and p_category = 'fraud' then jsonb_build_object('category', 'content', 'type', 'fraud', 'fraud_type', 'other', 'url', p_link)
        when p_link is not null and p_category = 'copyright' then jsonb_build_object('category', 'copyright', 'type', 'copyright', 'infringing_url', p_link)
        else jsonb_build_object('category', 'reputation', 'type', 'threat_intelligence', 'threat_type', coalesce(p_category, 'other')) end
$$;
comment on function desk.xarf_type is 'What XARF 4 calls a category of ours, with the fields that it requires.';

-- The same evidence, the same id: who gets it twice counts it once. Digits of a UUID of version 4.
create or replace function desk.xarf_id(p_text text) returns uuid
language sql immutable parallel safe as $$
    select overlay(overlay(md5(p_text) placing '4' from 13) placing 'a' from 17)::uuid
$$;
comment on function desk.xarf_id is 'The report_id of a copy.';

-- The same for machines: one XARF 4 document per thing shown. We are its reporter, and nobody else.
create or replace function desk.case_xarf(p_case bigint, p_most int) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('xarf_version', '4.0.0',
        'report_id', desk.xarf_id('C-' || k.id || ' ' || s.what), 'timestamp', to_char(s.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'reporter', w.us, 'sender', w.us, 'source_identifier', s.source, 'domain', case when e.kind = 'domain' then e.name end,
        'evidence_source', 'user_report', 'description', 'Complaints about ' || left(e.name, 300) || ', case C-' || k.id,
        'evidence', jsonb_build_array(jsonb_build_object('content_type', 'text/plain', 'description', 'What was reported, without whom it could name',
            'payload', translate(encode(b.bytes, 'base64'), E'\n', ''), 'hash', 'sha256:' || encode(sha256(b.bytes), 'hex'), 'size', length(b.bytes))))
        || desk.xarf_type(k.category, s.link))), '[]')
    from "case" k
    cross join lateral (select jsonb_build_object('org', left(v.name, 200), 'contact', v.abuse_email, 'domain', desk.address_domain(v.abuse_email)) as us from desk.party_voice(k.desk) v) w
    cross join lateral (select x->>'what' as what, x->>'about' as name, x->>'kind' as kind, coalesce(nullif(x->>'at', '')::timestamptz, k.opened_at) as at
        from jsonb_array_elements(desk.case_evidence(k.id, p_most)) x) e
    cross join lateral (select e.what, e.at,
        -- A host that had to be hidden leaves no link.
        case when e.what ~* '^https?://([a-z0-9_-]+[.])+[a-z0-9-]+(:[0-9]+)?(/|$)' then e.what end as link) l
    cross join lateral (select l.what, l.at, l.link, case when desk.to_inet(l.what) is not null then l.what when e.kind = 'domain' then e.name
        else substring(l.link from '^https?://([^/:]+)') end as source) s
    cross join lateral (select convert_to(desk.stamp(s.at) || '  ' || s.what || E'\n', 'UTF8') as bytes) b
    where k.id = p_case and k.track = 'abuse' and s.source is not null);
end
$$;
comment on function desk.case_xarf is 'The evidence of a case as XARF 4 documents, without anybody who complained.';

create or replace function desk_api.case_refer(p_id bigint, p_to text, p_text text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_case "case";
    v_address text := desk.address_normal(p_to);
    v_count int;
    v_shown jsonb;
begin
    if not desk.address_sane(v_address) then
        raise exception 'refer to "%": not an address', desk.clean(p_to, 100) using errcode = 'invalid_parameter_value';
    end if;
    target := 'C-' || p_id;
    result := 'refused';
    select * into v_case from "case" where id = p_id;
    if v_case.id is null then
        detail := 'no such case';
    elsif v_case.track = 'restricted' then
        detail := 'a restricted case is passed on by hand only';
    else
        v_shown := desk.case_evidence(p_id, 20);
        v_count := desk.owe(array[row('refer C-' || p_id || ' ' || nextval('desk.run'), 'referral', 'provider', v_case.desk, v_case.desk, v_address, null, null,
            (desk.party_voice(v_case.desk)).language,
            desk.context_one(v_case.resource, p_id, v_case.relation, v_case.category, false) || desk.context_relation(v_case.relation, null)
            || case when v_case.resource is null then desk.context_count((select jsonb_agg(desk.context_domain(c.resource, p_id, v_case.relation, v_case.category, false) order by c.resource)
                from (select distinct resource from complaint where "case" = p_id and state = 'standing' order by resource limit 50) c)) else '{}' end
            || jsonb_build_object('evidence', v_shown, 'has_evidence', v_shown <> '[]', 'text', left(coalesce(p_text, ''), 10000)),
            jsonb_build_array(jsonb_build_object('case', p_id, 'resource', v_case.resource)), null, 'no', 4)::desk.letter], p_now);
        if v_count = 0 then
            detail := 'nobody to write to';
        else
            insert into case_note ("case", at, by, text) values (p_id, p_now, desk.who(p_by), 'referred to ' || v_address || coalesce(': ' || left(p_text, 10000), ''));
            perform desk.audit_write('referred', desk.who(p_by), p_now, p_id, p_resource => v_case.resource, p_party => v_case.party,
                p_detail => jsonb_build_object('to', v_address));
            result := 'done';
            detail := '1 mail owed';
            notify desk_work;
        end if;
    end if;
    return next;
end
$$;
comment on function desk_api.case_refer is 'Passes the evidence of a case to another registrar or host, without naming who complained.';
reset check_function_bodies;
