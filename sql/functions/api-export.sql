-- A case as files: what a court, an authority or the next desk wants to see.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk_api.case_export(p_case bigint, p_by text default null, p_now timestamptz default now())
returns table (name text, content bytea)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_messages bigint[];
begin
    if not exists (select from desk."case" c where c.id = p_case) then
        raise exception 'there is no case %', p_case using errcode = 'no_data_found';
    end if;
    -- Every message of which an incident joined a complaint of this case.
    v_messages := array(
        select distinct i.message from desk.complaint c join desk.incident i on i.complaint = c.id where c."case" = p_case
        union
        select distinct i.message from desk.complaint c join desk.incident_also i on i.complaint = c.id where c."case" = p_case
        order by 1 limit 10000);
    perform desk.audit_write('case exported', desk.who(p_by), p_now, p_case, p_detail => jsonb_build_object('messages', cardinality(v_messages)));

    return query select 'case.json', convert_to(desk_api.case_show(p_case)::text, 'UTF8');
    return query select 'complaints.json', convert_to(coalesce(json_agg(c order by c.complaint), '[]')::text, 'UTF8')
        from dashboard.complaints c where c."case" = p_case;
    return query select 'audit.json', convert_to(coalesce(json_agg(a order by a.id), '[]')::text, 'UTF8')
        from dashboard.audit a where a."case" = p_case;
    return query select 'messages/M-' || m.id || '.json', convert_to(m.report::text, 'UTF8')
        from desk.message m where m.id = any (v_messages) and m.report is not null order by m.id;
    return query select 'messages/M-' || r.message || '.eml', r.raw
        from desk.raw_message r where r.message = any (v_messages) order by r.message;
    return query select 'mails/' || o.id || '.json', convert_to(desk_api.outbox_show(o.id)::text, 'UTF8')
        from desk.outbox o where o.id in (select i.outbox from desk.outbox_item i where i."case" = p_case) order by o.id;
end
$$;
comment on function desk_api.case_export is 'A case as files: itself, complaints, audit, reports, the mails'' bytes as far as they are kept, and what was sent.';
reset check_function_bodies;
