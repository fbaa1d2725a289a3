-- desk_api: what staff may do to domains and actions. Every function audits with session_user;
-- nothing is raised for one bad name among good ones.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.who(p_by text) returns text
language sql stable as $$
    select case when p_by is null or p_by = session_user then session_user::text else left(desk.clean(p_by, 100), 100) || ' (' || session_user || ')' end
$$;
comment on function desk.who is 'The person as the audit names him: as he says, and as the database knows him.';

-- The domains of a command, each with what stands in its way.
create or replace function desk.named_domains(p_names text[], p_desk bigint)
returns table (name text, resource bigint, party bigint, status text, protected text, problem text)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return query
    select distinct on (n.name) n.name, r.id, r.party, r.status, r.protected,
        case when r.id is null then 'not ours'
            when not exists (select from party_closure c where c.descendant = r.party and c.ancestor = p_desk) then 'not in your tree' end
    from (select rtrim(lower(btrim(x)), '.') as name from unnest(p_names) x) n
    left join lateral (select r.id, r.party, r.status, r.protected from resource r
        where r.name = n.name and r.ended_at is null order by r.kind = 'domain' desc limit 1) r on true
    order by n.name;
end
$$;
comment on function desk.named_domains is 'Looks up the names of a staff command within a desk''s tree.';

-- The open abuse case of a resource, made when there is none.
create or replace function desk.case_for(p_resource bigint, p_desk bigint, p_now timestamptz) returns bigint
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_case bigint;
begin
    select id into v_case from "case" where resource = p_resource and track = 'abuse' and state <> 'closed';
    if v_case is null then
        insert into "case" (desk, track, resource, party, relation, category, opened_at, changed_at, step, note)
        select p_desk, 'abuse', r.id, r.party, coalesce(c.relation, 'registrar'), coalesce(c.category, 'spam'), p_now, p_now, 1, 'opened by staff'
        from resource r
        left join lateral (select c.relation, c.category from complaint c where c.resource = r.id order by c.strength limit 1) c on true
        where r.id = p_resource
        returning id into v_case;
        update complaint set "case" = v_case where resource = p_resource and "case" is null and state = 'standing' and relation <> 'whois';
    end if;
    return v_case;
end
$$;
comment on function desk.case_for is 'The open case of a resource; staff acting on a domain without one opens it.';

create or replace function desk_api.domain_suspend(p_names text[], p_desk text default null, p_reason text default null, p_by text default null,
    p_now timestamptz default now()) returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_desk bigint := desk.desk_id(p_desk);
    v_who text := desk.who(p_by);
    v_domain record;
    v_action bigint;
    v_actions bigint[] := '{}';
begin
    perform desk.lock_decisions();
    for v_domain in select * from desk.named_domains(p_names, v_desk) loop
        target := v_domain.name;
        result := 'refused';
        if v_domain.problem is not null then
            detail := v_domain.problem;
        elsif v_domain.status <> 'active' then
            detail := 'already ' || v_domain.status;
        elsif exists (select from action where resource = v_domain.resource and kind = 'suspend' and state in ('approved', 'executing')) then
            detail := 'already being suspended';
        else
            -- A proposal that waits is what is approved; otherwise the person proposes and approves.
            update action set state = 'approved', decided_by = v_who, decided_at = p_now, reason = coalesce(p_reason, reason)
                where id = (select id from action where resource = v_domain.resource and kind = 'suspend' and state = 'proposed' order by id limit 1)
                returning id into v_action;
            if v_action is null then
                insert into action ("case", resource, party, desk, kind, state, step, reason, proposed_by, decided_by, created_at, decided_at)
                values (desk.case_for(v_domain.resource, v_desk, p_now), v_domain.resource, v_domain.party, v_desk, 'suspend', 'approved', 0,
                    coalesce(p_reason, 'by staff'), v_who, v_who, p_now, p_now)
                returning id into v_action;
            end if;
            v_actions := v_actions || v_action;
            perform desk.audit_write('suspend approved', v_who, p_now, p_action => v_action, p_resource => v_domain.resource, p_party => v_domain.party,
                p_case => (select "case" from action where id = v_action), p_detail => jsonb_build_object('reason', p_reason));
            result := 'waiting';
            detail := 'action ' || v_action || case when desk.policy_text(v_domain.party, 'enforce') = 'hook' then ': the provisioning system is called'
                else ': confirm it when it is done' end;
        end if;
        return next;
        v_action := null;
    end loop;
    perform desk.start_actions(v_actions, p_now);
end
$$;
comment on function desk_api.domain_suspend is 'Suspends domains: approved by the caller, carried out by the hook or a person; the chain is told when it has happened.';

create or replace function desk_api.domain_warn(p_names text[], p_desk text default null, p_reason text default null, p_by text default null,
    p_now timestamptz default now()) returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_desk bigint := desk.desk_id(p_desk);
    v_who text := desk.who(p_by);
    v_domain record;
    v_case bigint;
    v_action bigint;
    v_steps desk.step[] := '{}';
begin
    perform desk.lock_decisions();
    for v_domain in select * from desk.named_domains(p_names, v_desk) loop
        target := v_domain.name;
        result := 'refused';
        v_case := case when v_domain.problem is null and v_domain.status = 'active' then desk.case_for(v_domain.resource, v_desk, p_now) end;
        if v_domain.problem is not null then
            detail := v_domain.problem;
        elsif v_domain.status <> 'active' then
            detail := 'already ' || v_domain.status;
        elsif exists (select from action a join "case" c on c.id = a."case" where a."case" = v_case and a.kind = 'warn' and a.state = 'done'
                and a.created_at >= c.opened_at and coalesce((select max(first_at) from complaint where resource = v_domain.resource), '-infinity') <= a.created_at) then
            detail := 'already warned'; -- once per case and step; a new complaint makes a new warning possible
        else
            insert into action ("case", resource, party, desk, kind, state, step, reason, proposed_by, decided_by, created_at, decided_at, done_at)
            values (v_case, v_domain.resource, v_domain.party, v_desk, 'warn', 'done', 1, coalesce(p_reason, 'by staff'), v_who, v_who, p_now, p_now, p_now)
            returning id into v_action;
            update "case" c set step = greatest(c.step, 1), changed_at = p_now, note = null,
                due_at = coalesce(c.due_at, (select desk.deadline(c.desk, l.delay_days, p_now) from desk.ladder_step(c.party, c.relation, c.track, 2) l))
                where c.id = v_case;
            v_steps := v_steps || row(v_case, v_action, 'warn', 1, v_desk, v_domain.resource, v_domain.party,
                desk.deadline(v_desk, desk.policy_number(v_domain.party, 'answer_days')::int, p_now), null, p_reason)::desk.step;
            perform desk.audit_write('warned', v_who, p_now, p_case => v_case, p_action => v_action, p_resource => v_domain.resource, p_party => v_domain.party,
                p_detail => jsonb_build_object('reason', p_reason));
            result := 'done';
            detail := 'case ' || v_case;
        end if;
        return next;
    end loop;
    perform desk.owe_chain(v_steps, 'warning', nextval('desk.run'), p_now);
    notify desk_work;
end
$$;
comment on function desk_api.domain_warn is 'Warns the whole chain of these domains by hand.';

create or replace function desk_api.domain_reinstate(p_names text[], p_desk text default null, p_reason text default null, p_by text default null,
    p_now timestamptz default now()) returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_desk bigint := desk.desk_id(p_desk);
    v_who text := desk.who(p_by);
    v_domain record;
    v_action bigint;
    v_actions bigint[] := '{}';
begin
    perform desk.lock_decisions();
    for v_domain in select * from desk.named_domains(p_names, v_desk) loop
        target := v_domain.name;
        result := 'refused';
        if v_domain.problem is not null then
            detail := v_domain.problem;
        elsif v_domain.status <> 'suspended' then
            detail := 'not suspended but ' || v_domain.status;
        elsif exists (select from action where resource = v_domain.resource and kind = 'reinstate' and state in ('approved', 'executing')) then
            detail := 'already being reinstated';
        else
            insert into action ("case", resource, party, desk, kind, state, reason, proposed_by, decided_by, created_at, decided_at)
            values ((select max(id) from "case" where resource = v_domain.resource), v_domain.resource, v_domain.party, v_desk, 'reinstate', 'approved',
                coalesce(p_reason, 'by staff'), v_who, v_who, p_now, p_now)
            returning id into v_action;
            v_actions := v_actions || v_action;
            perform desk.audit_write('reinstate approved', v_who, p_now, p_action => v_action, p_resource => v_domain.resource, p_party => v_domain.party,
                p_detail => jsonb_build_object('reason', p_reason));
            result := 'waiting';
            detail := 'action ' || v_action || case when desk.policy_text(v_domain.party, 'enforce') = 'hook' then ': the provisioning system is called'
                else ': confirm it when it is done' end;
        end if;
        return next;
    end loop;
    perform desk.start_actions(v_actions, p_now);
end
$$;
comment on function desk_api.domain_reinstate is 'Reinstates suspended domains; counting begins anew when it has happened, and the chain is told.';

create or replace function desk_api.domain_protect(p_names text[], p_desk text default null, p_on boolean default true, p_reason text default null,
    p_by text default null, p_now timestamptz default now()) returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_desk bigint := desk.desk_id(p_desk);
    v_domain record;
begin
    perform desk.lock_decisions();
    for v_domain in select * from desk.named_domains(p_names, v_desk) loop
        target := v_domain.name;
        result := 'refused';
        detail := v_domain.problem;
        if v_domain.problem is null then
            update resource set protected = case when p_on then coalesce(nullif(p_reason, ''), 'by ' || desk.who(p_by)) end where id = v_domain.resource;
            perform desk.audit_write(case when p_on then 'protected' else 'protection lifted' end, desk.who(p_by), p_now,
                p_resource => v_domain.resource, p_detail => jsonb_build_object('reason', p_reason));
            result := 'done';
            detail := '';
        end if;
        return next;
    end loop;
end
$$;
comment on function desk_api.domain_protect is 'Protects domains (or lifts it): nothing is taken from them automatically.';

create or replace function desk_api.action_approve(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
    v_action action;
    v_status text;
    v_approved bigint[] := '{}';
begin
    perform desk.lock_decisions();
    foreach v_id in array p_ids loop
        target := v_id::text;
        result := 'refused';
        select * into v_action from action where id = v_id;
        select r.status into v_status from resource r where r.id = v_action.resource;
        if v_action.id is null then
            detail := 'no such action';
        elsif v_action.state <> 'proposed' then
            detail := 'it is ' || v_action.state;
        elsif v_action.kind = 'suspend' and v_status <> 'active' then
            detail := 'already ' || v_status;
        else
            update action set state = 'approved', decided_by = desk.who(p_by), decided_at = p_now where id = v_id;
            perform desk.audit_write(v_action.kind || ' approved', desk.who(p_by), p_now, v_action."case", v_id, v_action.resource, v_action.party,
                p_detail => jsonb_build_object('reason', p_reason));
            v_approved := v_approved || v_id;
            result := 'done';
            detail := v_action.kind || case when desk.action_is_mail(v_action.kind) then ''
                when desk.policy_text(v_action.party, 'enforce') = 'hook' then ': the provisioning system is called'
                else ': confirm it when it is done' end;
        end if;
        return next;
    end loop;
    perform desk.start_actions(v_approved, p_now);
end
$$;
comment on function desk_api.action_approve is 'Approves proposed actions; they are then carried out.';

create or replace function desk_api.action_reject(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
    v_action action;
begin
    perform desk.lock_decisions();
    foreach v_id in array p_ids loop
        target := v_id::text;
        result := 'refused';
        select * into v_action from action where id = v_id;
        if v_action.id is null then
            detail := 'no such action';
        elsif v_action.state <> 'proposed' then
            detail := 'it is ' || v_action.state;
        else
            update action set state = 'rejected', decided_by = desk.who(p_by), decided_at = p_now, result = p_reason where id = v_id;
            perform desk.audit_write(v_action.kind || ' rejected', desk.who(p_by), p_now, v_action."case", v_id, v_action.resource, v_action.party,
                p_detail => jsonb_build_object('reason', p_reason));
            result := 'done';
            detail := v_action.kind;
        end if;
        return next;
    end loop;
end
$$;
comment on function desk_api.action_reject is 'Rejects proposed actions; the same is not proposed again before the case is opened anew.';

create or replace function desk_api.action_confirm(p_ids bigint[], p_done boolean default true, p_words text default null, p_by text default null,
    p_now timestamptz default now()) returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
    v_action action;
begin
    perform desk.lock_decisions();
    foreach v_id in array p_ids loop
        target := v_id::text;
        result := 'refused';
        select * into v_action from action where id = v_id;
        if v_action.id is null then
            detail := 'no such action';
        elsif v_action.state not in ('approved', 'executing') then
            detail := 'it is ' || v_action.state;
        else
            perform desk.audit_write(v_action.kind || case when p_done then ' confirmed' else ' could not be done' end, desk.who(p_by), p_now,
                v_action."case", v_id, v_action.resource, v_action.party, p_detail => jsonb_build_object('words', p_words));
            if p_done then
                perform desk.finish_actions(array[v_id], p_words, p_now);
            else
                perform desk.fail_actions(array[v_id], p_words, p_now);
            end if;
            result := 'done';
            detail := v_action.kind;
        end if;
        return next;
    end loop;
    notify desk_work;
end
$$;
comment on function desk_api.action_confirm is 'A person says that an approved action has been carried out, or could not be.';

create or replace function desk_api.hook_result(p_idempotency_key text, p_done boolean, p_words text default null, p_now timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_action bigint;
begin
    perform desk.lock_decisions();
    update hook set state = case when p_done then 'done' else 'failed' end, lease_until = null, answered_at = p_now, answer = desk.clean(p_words, 500)
        where idempotency_key = p_idempotency_key and state in ('owed', 'sending', 'accepted') returning action into v_action;
    if v_action is null then
        raise exception 'no call with key "%" waits for a result', p_idempotency_key using errcode = 'no_data_found';
    end if;
    perform desk.audit_write('result reported', session_user, p_now, p_action => v_action, p_detail => jsonb_build_object('done', p_done, 'words', p_words));
    if p_done then
        perform desk.finish_actions(array[v_action], p_words, p_now);
    else
        perform desk.fail_actions(array[v_action], p_words, p_now);
    end if;
    notify desk_work;
end
$$;
comment on function desk_api.hook_result is 'The provisioning system reports the result of a call it had accepted.';
reset check_function_bodies;
