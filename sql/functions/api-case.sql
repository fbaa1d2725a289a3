-- desk_api: what staff may do to cases and complaints.
set role complaint_owner;
set check_function_bodies = off;

-- One change of one case, the same way for all: found, allowed, audited. The caller makes it when this says done.
create or replace function desk.case_change(p_id bigint, p_what text, p_by text, p_now timestamptz, p_detail jsonb, p_closed_too boolean default false,
    p_problem text default null, out target text, out result text, out detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_case "case";
begin
    perform desk.lock_decisions();
    select * into v_case from "case" where id = p_id for update;
    target := 'C-' || p_id;
    result := 'refused';
    if v_case.id is null then
        detail := 'no such case';
    elsif v_case.state = 'closed' and not p_closed_too then
        detail := 'it is closed';
    elsif p_problem is not null then
        detail := p_problem;
    else
        perform desk.audit_write(p_what, desk.who(p_by), p_now, p_id, p_resource => v_case.resource, p_party => v_case.party, p_detail => p_detail);
        result := 'done';
        detail := '';
    end if;
end
$$;
comment on function desk.case_change is 'Checks and audits a change of a case; p_problem: what else stands in its way.';

create or replace function desk_api.case_assign(p_ids bigint[], p_to text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
begin
    foreach v_id in array p_ids loop
        select * into target, result, detail from desk.case_change(v_id, 'assigned', p_by, p_now, jsonb_build_object('to', p_to));
        if result = 'done' then
            update "case" set assigned_to = nullif(desk.clean(p_to, 100), ''), changed_at = p_now where id = v_id;
        end if;
        return next;
    end loop;
end
$$;
comment on function desk_api.case_assign is 'Gives cases to a person; empty: to nobody.';

create or replace function desk_api.case_snooze(p_ids bigint[], p_until timestamptz, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
begin
    foreach v_id in array p_ids loop
        select * into target, result, detail from desk.case_change(v_id, 'snoozed', p_by, p_now, jsonb_build_object('until', p_until));
        if result = 'done' then
            update "case" set snoozed_until = p_until, changed_at = p_now,
                -- A first step that waited for this is due when it wakes now.
                due_at = case when step = 0 and due_at is not null then coalesce(p_until, p_now) else due_at end where id = v_id;
        end if;
        return next;
    end loop;
end
$$;
comment on function desk_api.case_snooze is 'No step of the ladder before this time; null: wake.';

create or replace function desk_api.case_note(p_ids bigint[], p_text text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
begin
    if coalesce(btrim(p_text), '') = '' then
        raise exception 'a note needs a text' using errcode = 'invalid_parameter_value';
    end if;
    foreach v_id in array p_ids loop
        select * into target, result, detail from desk.case_change(v_id, 'noted', p_by, p_now, '{}', true);
        if result = 'done' then
            insert into case_note ("case", at, by, text) values (v_id, p_now, desk.who(p_by), left(p_text, 10000));
        end if;
        return next;
    end loop;
end
$$;
comment on function desk_api.case_note is 'Writes a note on cases.';

create or replace function desk.case_shut(p_ids bigint[], p_outcome text, p_reason text, p_tell boolean, p_by text, p_now timestamptz)
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
    v_ids bigint[] := '{}';
begin
    if p_outcome is null or p_outcome not in ('resolved', 'suspended', 'no-action', 'not-ours', 'false-report') then
        raise exception 'outcome "%": one of resolved suspended no-action not-ours false-report', p_outcome using errcode = 'invalid_parameter_value';
    end if;
    foreach v_id in array p_ids loop
        select * into target, result, detail
            from desk.case_change(v_id, 'closed', p_by, p_now, jsonb_build_object('outcome', p_outcome, 'reason', p_reason));
        if result = 'done' then
            v_ids := v_ids || v_id;
        end if;
        return next;
    end loop;
    update "case" set state = 'closed', outcome = p_outcome, closed_at = p_now, changed_at = p_now, due_at = null, note = p_reason where id = any(v_ids);
    perform desk.cancel_actions(array(select id from action where "case" = any(v_ids) and state in ('proposed', 'approved') order by id), 'the case is closed', desk.who(p_by), p_now);
    if p_tell then
        perform desk.tell_outcome(v_ids, nextval('desk.run'), p_now);
    end if;
    -- Who was asked about registrant data learns that nothing more is wanted.
    perform desk.owe_chain(array(select row(c.id, null, 'whois-outcome', c.step, c.desk, c.resource, c.party, null, null, null)::desk.step
            from "case" c where c.id = any(v_ids) and c.track = 'whois' and p_outcome <> 'suspended'
                and exists (select from action a where a."case" = c.id and a.kind = 'whois-inquiry' and a.state = 'done') order by c.id),
        'whois-outcome', nextval('desk.run'), p_now);
    notify desk_work;
end
$$;
comment on function desk.case_shut is 'Closes cases, cancels what was proposed in them and, if wanted, tells the complainants.';

create or replace function desk_api.case_close(p_ids bigint[], p_outcome text, p_reason text default null, p_tell boolean default false,
    p_by text default null, p_now timestamptz default now()) returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.case_shut(p_ids, p_outcome, p_reason, coalesce(p_tell, false), p_by, p_now)
$$;
comment on function desk_api.case_close is 'Closes cases with an outcome: resolved suspended no-action not-ours false-report.';

create or replace function desk_api.case_ignore(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.case_shut(p_ids, 'no-action', coalesce(p_reason, 'ignored'), false, p_by, p_now)
$$;
comment on function desk_api.case_ignore is 'Closes cases without doing anything and without telling anybody.';

create or replace function desk_api.case_reopen(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
begin
    perform desk.lock_decisions();
    foreach v_id in array p_ids loop
        select r.* into target, result, detail
            from desk.case_change(v_id, 'reopened', p_by, p_now, jsonb_build_object('reason', p_reason), true,
                (select case when k.state <> 'closed' then 'it is not closed'
                    when exists (select from "case" c where c.state <> 'closed' and c.track = k.track
                        and (c.resource = k.resource or k.resource is null and c.resource is null and c.party = k.party))
                    then 'another case is open for it'
                    when exists (select from resource d where d.id = k.resource and d.ended_at is not null) then 'it has left or changed hands' end
                    from "case" k where k.id = v_id)) r;
        if result = 'done' then
            -- The ladder goes on where it stood, with a day to breathe.
            update "case" set state = 'open', outcome = null, closed_at = null, merged_into = null, snoozed_until = null, changed_at = p_now, opened_at = p_now,
                due_at = case when step > 0 then desk.deadline(desk, 1, p_now) end where id = v_id;
        end if;
        return next;
    end loop;
end
$$;
comment on function desk_api.case_reopen is 'Opens closed cases again.';

create or replace function desk_api.case_merge(p_ids bigint[], p_into bigint, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
    v_into "case";
begin
    perform desk.lock_decisions();
    select * into v_into from "case" where id = p_into;
    if v_into.id is null or v_into.state = 'closed' then
        raise exception 'case C-% is not open', p_into using errcode = 'invalid_parameter_value';
    end if;
    foreach v_id in array p_ids loop
        select * into target, result, detail
            from desk.case_change(v_id, 'merged', p_by, p_now, jsonb_build_object('into', p_into), false,
                case when v_id = p_into then 'it is the same case'
                    when (select desk from "case" where id = v_id) <> v_into.desk then 'it belongs to another desk'
                    -- Its evidence would be shown to him.
                    when (select party from "case" where id = v_id) <> v_into.party then 'it is about another customer' end);
        if result = 'done' then
            update "case" set state = 'closed', outcome = 'no-action', closed_at = p_now, changed_at = p_now, due_at = null, merged_into = p_into,
                note = 'merged into C-' || p_into where id = v_id;
            update complaint set "case" = p_into where "case" = v_id;
            perform desk.cancel_actions(array(select id from action where "case" = v_id and state = 'proposed' order by id), 'merged into C-' || p_into, desk.who(p_by), p_now);
        end if;
        return next;
    end loop;
end
$$;
comment on function desk_api.case_merge is 'Merges cases into one: its complaints go there, what was proposed in them falls.';

create or replace function desk_api.case_reply(p_id bigint, p_to text, p_text text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_case "case";
    v_letters desk.letter[];
    v_count int;
    v_thing jsonb;
begin
    if p_to not in ('complainant', 'customer', 'reseller') then
        raise exception 'reply to "%": one of complainant customer reseller', p_to using errcode = 'invalid_parameter_value';
    end if;
    if coalesce(btrim(p_text), '') = '' then
        raise exception 'a reply needs a text' using errcode = 'invalid_parameter_value';
    end if;
    target := 'C-' || p_id;
    result := 'refused';
    select * into v_case from "case" where id = p_id;
    if v_case.id is null then
        detail := 'no such case';
        return next;
        return;
    end if;
    v_thing := desk.context_one(v_case.resource, p_id, v_case.relation, v_case.category, p_to <> 'complainant')
        || desk.context_relation(v_case.relation, null) || jsonb_build_object('text', left(p_text, 10000));
    v_letters := array(
        select row('reply ' || nextval('desk.run'), 'reply', p_to, v_case.desk, v_case.desk, a.address, a.party, a.name, a.language, v_thing,
            jsonb_build_array(jsonb_build_object('case', p_id, 'resource', v_case.resource)), a.message, 'no', 2)::desk.letter
        from (
            select c.complainant as address, null::bigint as party, null::text as name, coalesce(m.language, (desk.party_voice(v_case.desk)).language) as language, c.message
            from complaint c left join message m on m.id = c.message
            where p_to = 'complainant' and c."case" = p_id and c.state = 'standing' and c.source in ('authenticated', 'submitter') and c.complainant ~ '@'
                and not exists (select from reporter r where r.address in (c.complainant, '@' || desk.address_domain(c.complainant)) and r.no_mail_at is not null)
            union all
            select h.recipient, h.recipient_party, h.recipient_name, h.language, null
            from desk.chain(v_case.desk, v_case.party, v_case.resource) h
            where h.audience = p_to and (p_to = 'customer' or h.recipient_party = (select parent from party where id = v_case.party))) a);
    v_count := desk.owe(v_letters, p_now);
    if v_count = 0 then
        detail := 'nobody to write to';
    else
        insert into case_note ("case", at, by, text) values (p_id, p_now, desk.who(p_by), 'to ' || p_to || ': ' || left(p_text, 10000));
        perform desk.audit_write('replied', desk.who(p_by), p_now, p_id, p_resource => v_case.resource, p_party => v_case.party,
            p_detail => jsonb_build_object('to', p_to, 'mails', v_count));
        result := 'done';
        detail := v_count || case when v_count = 1 then ' mail owed' else ' mails owed' end;
    end if;
    notify desk_work;
    return next;
end
$$;
comment on function desk_api.case_reply is 'Writes to the complainants, the customer or the immediate reseller of a case, in a person''s words.';

create or replace function desk_api.whois_false(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
    v_case "case";
    v_kind text;
    v_action bigint;
begin
    perform desk.lock_decisions();
    foreach v_id in array p_ids loop
        select r.* into target, result, detail
            from desk.case_change(v_id, 'confirmed clearly false', p_by, p_now, jsonb_build_object('reason', p_reason), false,
                (select case when k.track <> 'whois' then 'it is no whois case' when d.status <> 'active' then 'already ' || d.status
                    when exists (select from action a where a.resource = d.id and a.kind in ('suspend', 'delete') and a.state in ('approved', 'executing'))
                        then 'already being carried out' end
                    from "case" k left join resource d on d.id = k.resource where k.id = v_id)) r;
        if result = 'done' then
            select * into v_case from "case" where id = v_id;
            v_kind := desk.whois_remedy(v_case.party);
            perform desk.cancel_actions(array(select id from action where "case" = v_id and state = 'proposed'), 'confirmed clearly false', desk.who(p_by), p_now);
            insert into action ("case", resource, party, desk, kind, state, step, reason, figures, proposed_by, decided_by, created_at, decided_at)
            values (v_id, v_case.resource, v_case.party, v_case.desk, v_kind, 'approved', v_case.step, coalesce(p_reason, 'registrant data clearly false'),
                '{"clearly_false": true}', desk.who(p_by), desk.who(p_by), p_now, p_now) returning id into v_action;
            perform desk.start_actions(array[v_action], p_now);
            detail := v_kind || ': action ' || v_action;
        end if;
        return next;
    end loop;
end
$$;
comment on function desk_api.whois_false is 'Staff confirm that registrant data are clearly false: the remedy follows at once.';

create or replace function desk.whois_remedy(p_party bigint) returns text
language plpgsql stable as $$
begin
    return case desk.policy_text(p_party, 'whois_remedy') when 'delete' then 'delete' else 'suspend' end;
end
$$;
comment on function desk.whois_remedy is 'What follows when registrant data are not corrected.';

create or replace function desk.complaint_undo(p_ids bigint[], p_state text, p_reason text, p_by text, p_now timestamptz)
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_id bigint;
    v_complaint complaint;
    v_next bigint;
    v_resources bigint[] := '{}';
    v_cases bigint[] := '{}';
begin
    perform desk.lock_decisions();
    foreach v_id in array p_ids loop
        target := v_id::text;
        result := 'refused';
        select * into v_complaint from complaint where id = v_id;
        if v_complaint.id is null then
            detail := 'no such complaint';
        elsif v_complaint.state <> 'standing' then
            detail := 'already ' || v_complaint.state;
        else
            update complaint set state = p_state, counts = false, why_not = p_state where id = v_id;
            -- Another address of the same person counts in its place.
            if v_complaint.counts then
                v_next := (select c.id from complaint c where c.resource = v_complaint.resource and c.person_key = v_complaint.person_key
                    and c.state = 'standing' and c.why_not = 'same-person' order by c.id limit 1);
                update complaint set counts = true, why_not = null where id = v_next;
            end if;
            v_resources := v_resources || v_complaint.resource;
            v_cases := v_cases || v_complaint."case";
            perform desk.audit_write('complaint ' || p_state, desk.who(p_by), p_now, v_complaint."case", p_resource => v_complaint.resource,
                p_complaint => v_id, p_detail => jsonb_build_object('reason', p_reason));
            result := 'done';
            detail := '';
        end if;
        return next;
    end loop;
    if cardinality(v_resources) = 0 then
        return;
    end if;
    perform desk.refigure(v_resources, p_now);
    -- A case nobody complains in any more ends, and what it proposed with it.
    perform desk.case_shut(array(select c.id from "case" c where c.id = any(v_cases) and c.state <> 'closed'
        and not exists (select from complaint o where o."case" = c.id and o.state = 'standing') order by c.id),
        'false-report', 'every complaint was ' || p_state, false, p_by, p_now);
end
$$;
comment on function desk.complaint_undo is 'Takes complaints out of all figures and undoes what rested on them.';

create or replace function desk_api.complaint_withdraw(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.complaint_undo(p_ids, 'withdrawn', p_reason, p_by, p_now)
$$;
comment on function desk_api.complaint_withdraw is 'The complainant takes it back.';

create or replace function desk_api.complaint_reject(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.complaint_undo(p_ids, 'rejected', p_reason, p_by, p_now)
$$;
comment on function desk_api.complaint_reject is 'Staff find it false.';
reset check_function_bodies;
