-- Referral: the evidence of a case to the registrar or host who can do more about it.
set role complaint_owner;
set check_function_bodies = off;

-- Without anything that could name who complained: links redacted, no recipient, no subject.
create or replace function desk.case_evidence(p_case bigint, p_most int) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return (
    select coalesce(jsonb_agg(jsonb_build_object('what', left(e.what, 150), 'at', coalesce(desk.stamp(e.at), '')) order by e.at desc, e.what), '[]')
    from (
        select what, max(at) as at from (
            select x.u as what, i.at from (
                select coalesce(i.date, m.received_at) as at, m.report->'incidents'->(i.no - 1) as r, c.complainant, r.name
                from complaint c
                cross join lateral (select r.name from resource r where r.id = c.resource limit 1) r
                cross join lateral (select i.* from incident i where i.complaint = c.id and not i.duplicate order by i.message desc limit 5) i
                cross join lateral (select m.report, m.received_at from message m where m.id = i.message and m.folder <> 'Restricted' limit 1) m
                where c."case" = p_case and c.state = 'standing') i
            cross join lateral (
                select desk.redact_link(u, i.name, i.complainant) as u from jsonb_array_elements_text(case jsonb_typeof(i.r->'urls') when 'array' then i.r->'urls' else '[]' end) u
                union all
                select i.r #>> '{source_ip,value}' where i.r #>> '{source_ip,value}' is not null) x) y
        group by what order by max(at) desc, what limit p_most) e);
end
$$;
comment on function desk.case_evidence is 'What the reports of a case show, newest first: links without their query, and addresses; nobody who complained.';

-- The same for machines: one XARF 4 document per thing shown. We are its reporter, and nobody else.
create or replace function desk.case_xarf(p_case bigint, p_most int) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('xarf_version', '4.0.0',
        'report_id', md5('C-' || k.id || ' ' || (e.x->>'what'))::uuid,
        'timestamp', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'reporter', w.us, 'sender', w.us, 'category', t.pair[1], 'type', t.pair[2],
        'source_identifier', case when e.x->>'what' ~ '^[0-9a-fA-F:.]+$' then e.x->>'what' else r.name end,
        'url', case when e.x->>'what' ~ '^https?://' then e.x->>'what' end,
        'domain', case when r.kind = 'domain' then r.name end,
        'evidence_source', 'user_report', 'description', 'Complaint about ' || r.name || ', case C-' || k.id))), '[]')
    from "case" k
    join resource r on r.id = k.resource
    cross join lateral (select jsonb_build_object('org', v.name, 'contact', v.abuse_email, 'domain', desk.address_domain(v.abuse_email)) as us from desk.party_voice(k.desk) v) w
    cross join lateral (select case k.category
        when 'phishing' then array['content', 'phishing'] when 'malware' then array['content', 'malware'] when 'fraud' then array['content', 'fraud']
        when 'botnet' then array['infrastructure', 'botnet'] when 'intrusion' then array['connection', 'login_attack']
        when 'vulnerability' then array['vulnerability', 'misconfiguration'] when 'copyright' then array['copyright', 'copyright']
        when 'trademark' then array['content', 'brand_infringement'] when 'spam' then array['messaging', 'bulk_messaging'] end as pair) t
    cross join lateral (select x, coalesce(substring(x->>'at', 1, 16)::timestamp at time zone 'UTC', k.opened_at) as at
        from jsonb_array_elements(desk.case_evidence(k.id, p_most)) x) e
    where k.id = p_case and t.pair is not null);
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
        v_count := desk.owe(array[row('refer C-' || p_id || ' ' || nextval('desk.run'), 'referral', 'provider', v_case.desk, v_case.desk, v_address, null, null,
            (desk.party_voice(v_case.desk)).language,
            desk.context_one(v_case.resource, p_id, v_case.relation, v_case.category, false) || desk.context_relation(v_case.relation, null)
            || jsonb_build_object('evidence', desk.case_evidence(p_id, 20), 'text', left(coalesce(p_text, ''), 10000)),
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
