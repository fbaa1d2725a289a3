-- Lines "domain, complainant": by command, by mail, or by calling desk.submit().
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.submit(p_desk bigint, p_by text, p_lines jsonb, p_now timestamptz default now())
returns table (line int, domain text, complainant text, result text, reason text)
language plpgsql volatile security definer set search_path = desk, pg_temp
as $$
#variable_conflict use_column
declare
    v_report jsonb;
    v_message bigint;
begin
    if jsonb_typeof(p_lines) <> 'array' then
        raise exception 'submit: lines are not an array' using errcode = 'invalid_parameter_value';
    end if;
    if jsonb_array_length(p_lines) > 20000 then
        raise exception 'submit: % lines at once, 20000 is the most', jsonb_array_length(p_lines) using errcode = 'program_limit_exceeded';
    end if;
    if (select count(*) > count(distinct coalesce(l.x->>'line', l.place::text)) from jsonb_array_elements(p_lines) with ordinality l(x, place)) then
        raise exception 'submit: a line number stands there twice' using errcode = 'invalid_parameter_value';
    end if;
    -- Every submission is a message of its own: facts first, as for a mail.
    v_report := desk.quarantine_report(null, null) || jsonb_build_object('kind', 'batch', 'disposition', 'complaint', 'lines', (
        select coalesce(jsonb_agg(jsonb_build_object('line', n, 'domain', d.domain, 'complainant', d.complainant, 'error',
            case when d.domain is null or d.domain !~ '^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?[.])+[a-z0-9-]{2,63}$' and desk.to_inet(d.domain) is null then 'domain'
                when not desk.address_sane(d.complainant) then 'complainant'
                else l.x->>'error' end) order by n), '[]')
        from jsonb_array_elements(p_lines) with ordinality l(x, place)
        cross join lateral (select coalesce((l.x->>'line')::int, l.place::int) as n) n
        cross join lateral (select rtrim(lower(btrim(l.x->>'domain')), '.') as domain, desk.address_normal(l.x->>'complainant') as complainant) d));

    perform desk.lock_decisions();
    select i.message into v_message from desk.ingest(p_desk, null,
        array[sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))], array[null]::bytea[], array[v_report], array[p_now], p_now) i;
    update message set source = 'submit', submitted_by = coalesce(p_by, session_user), submitter = p_desk where id = v_message;
    delete from undecided where message = v_message;
    perform desk.decide_messages(array[v_message], p_now);
    perform desk.audit_write('lines submitted', coalesce(p_by, session_user), p_now, p_message => v_message,
        p_detail => jsonb_build_object('lines', jsonb_array_length(p_lines)));
    notify desk_work;
    return query select * from desk.submitted(v_message);
end
$$;
comment on function desk.submit is 'Takes lines [{line, domain, complainant}] for a desk from an authorised person, decides at once, and says of each line: new, repeat or refused and why.';

create or replace function desk.submitted(p_message bigint)
returns table (line int, domain text, complainant text, result text, reason text)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with mail as materialized (
        select m.id, m.report, m.submitter from message m where m.id = p_message
    ), line as (
        select (l.x->>'line')::int as no, l.x->>'domain' as domain, l.x->>'complainant' as complainant, l.x->>'error' as error, m.id, m.submitter,
            i.complaint, c.message, c.why_not, r.status, o.known,
            row_number() over (partition by i.complaint order by (l.x->>'line')::int) as nth
        from mail m cross join lateral jsonb_array_elements(m.report->'lines') l(x)
        left join lateral (select i.complaint from incident i where i.message = m.id and i.no = (l.x->>'line')::int limit 1) i on true
        left join lateral (select c.resource, c.message, c.why_not from complaint c where c.id = i.complaint limit 1) c on true
        left join lateral (select r.status from resource r where r.id = c.resource limit 1) r on true
        left join lateral (select true as known from resource r where r.kind = 'domain' and r.ended_at is null and r.name = l.x->>'domain'
            and i.complaint is null limit 1) o on true
    )
    select no, domain, complainant,
        case when error = 'repeated' and submitter is not null then 'repeat' -- twice in one list
            when error is not null or submitter is null or complaint is null then 'refused'
            when message = id and nth = 1 then 'new' else 'repeat' end,
        case when error = 'repeated' and submitter is not null then error
            when error is not null then 'invalid ' || error
            when submitter is null then 'not a submitter'
            when complaint is null and known then 'not in your tree'
            when complaint is null then 'not ours'
            when status = 'suspended' then 'already suspended'
            when status = 'deleted' then 'deleted'
            else coalesce(why_not, '') end
    from line order by 1;
end
$$;
comment on function desk.submitted is 'What became of each line of a submission.';

-- The summary mail to whoever mailed the lines.
create or replace function desk.summarise(p_messages bigint[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_letters desk.letter[];
begin
    v_letters := (
    with mail as (
        select m.id, m.desk, m.from_address, m.language from unnest(p_messages) q(id)
        cross join lateral (select * from message m where m.id = q.id limit 1) m
        where m.kind = 'batch' and m.source = 'mailbox' and m.submitter is not null
    ), line as (
        select m.id, s.*, r.complaints, r.registrar, r.status, p.name as customer_name, cf.complaints as customer_complaints,
            cf.complained as customer_complained, cf.domains as customer_domains, u.name as reseller_name, rf.complaints as reseller_complaints,
            rf.complained as reseller_complained, rf.domains as reseller_domains,
            (select string_agg(a.kind || ' (' || a.state || ')', ', ' order by a.id) from action a
                where a.resource = r.id and a.state in ('proposed', 'approved', 'executing')) as proposed,
            exists (select from action a where a.resource = r.id and a.kind = 'suspend' and a.state in ('proposed', 'approved', 'executing')) as suspend_proposed,
            w.why
        from mail m cross join lateral desk.submitted(m.id) s
        left join lateral (select i.resource from incident i where i.message = m.id and i.no = s.line and s.result <> 'refused' limit 1) i on true
        left join lateral (select r.id, r.party, r.complaints, r.registrar, r.status from resource r where r.id = i.resource limit 1) r on true
        left join lateral (select p.id, p.name, p.parent from party p where p.id = r.party limit 1) p on true
        left join lateral (select f.* from party_figure f where f.party = p.id limit 1) cf on true
        left join lateral (select u.id, u.name from party u where u.id = p.parent limit 1) u on true
        left join lateral (select f.* from party_figure f where f.party = u.id limit 1) rf on true
        left join lateral (select desk.context_why(a.id) || jsonb_build_object('proposed_why', a.reason) as why from action a
            where a.resource = r.id and a.state in ('proposed', 'approved', 'executing') order by a.kind = 'suspend' desc, a.id limit 1) w on true
    ), letter as (
        select row('message ' || m.id, 'summary', 'submitter', m.desk, m.desk, m.from_address, null, null,
            coalesce(m.language, (desk.party_voice(m.desk)).language),
            jsonb_build_object('lines', coalesce(jsonb_agg(jsonb_build_object('line', l.line, 'domain', coalesce(l.domain, ''),
                'domain_defanged', coalesce(desk.defang(l.domain), ''), 'complainant', coalesce(desk.defang(l.complainant), ''), 'result', l.result, 'reason', l.reason,
                'result_new', l.result = 'new', 'result_repeat', l.result = 'repeat', 'result_refused', l.result = 'refused',
                'is_malformed', l.result = 'refused' and l.reason like 'invalid %', 'is_foreign', l.result = 'refused' and l.reason = 'not ours',
                'is_found', l.status is not null, 'is_elsewhere', l.result = 'refused' and l.reason = 'not in your tree',
                'is_suspended', coalesce(l.status = 'suspended', false), 'is_deleted', coalesce(l.status = 'deleted', false),
                'complaints', coalesce(l.complaints, 0), 'customer_name', coalesce(l.customer_name, ''), 'customer_complaints', coalesce(l.customer_complaints, 0),
                'customer_complained', coalesce(l.customer_complained, 0), 'customer_domains', coalesce(l.customer_domains, 0),
                'reseller_name', coalesce(l.reseller_name, ''), 'reseller_complaints', coalesce(l.reseller_complaints, 0),
                'reseller_complained', coalesce(l.reseller_complained, 0), 'reseller_domains', coalesce(l.reseller_domains, 0),
                'reseller_percent', desk.percent(l.reseller_complained, l.reseller_domains), 'registrar', coalesce(l.registrar, ''),
                'status', coalesce(l.status, ''), 'proposed', coalesce(l.proposed, ''),
                'suspend_proposed', l.suspend_proposed, 'other_proposed', coalesce(l.proposed, '') <> '' and not l.suspend_proposed)
                || '{"counting": 0, "proposed_why": ""}' || coalesce(l.why, '{}') order by l.line) filter (where l.line is not null and l.line <= 100000), '[]'),
                'new_count', count(*) filter (where l.result = 'new'), 'repeat_count', count(*) filter (where l.result = 'repeat'),
                'refused_count', count(*) filter (where l.result = 'refused')),
            null, m.id, 'auto-generated', 3)::desk.letter as l
        from mail m left join line l on l.id = m.id
        group by m.id, m.desk, m.from_address, m.language
    )
    select array_agg(l) from letter);
    perform desk.owe(v_letters, p_now);
end
$$;
comment on function desk.summarise is 'Owes the summary of mailed lines to their submitter.';
reset check_function_bodies;
