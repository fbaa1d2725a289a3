-- desk_api: what staff may do to domains. Every function audits with session_user; nothing is raised for one bad
-- name among good ones.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.who(p_by text) returns text
language sql stable as $$
    select case when p_by is null or p_by = session_user then session_user::text else left(desk.clean(p_by, 100), 100) || ' (' || session_user || ')' end
$$;
comment on function desk.who is 'The person as the audit names him: as he says, and as the database knows him.';

-- The domains of a command, each with what stands in its way.
create or replace function desk.named_domains(p_names text[], p_desk bigint, p_status text)
returns table (name text, resource bigint, party bigint, problem text)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return query
    select distinct on (n.name) n.name, r.id, r.party,
        case when r.id is null then 'not ours'
            when not exists (select from party_closure c where c.descendant = r.party and c.ancestor = p_desk) then 'not in your tree'
            when r.status = p_status then null
            when p_status = 'active' then 'already ' || r.status
            when p_status is not null then 'not ' || p_status || ' but ' || r.status end
    from (select rtrim(lower(btrim(x)), '.') as name from unnest(p_names) x) n
    left join lateral (select r.id, r.party, r.status from resource r
        where r.name = n.name and r.ended_at is null order by r.kind = 'domain' desc limit 1) r on true
    order by n.name;
end
$$;
comment on function desk.named_domains is 'Looks up the names of a staff command within a desk''s tree; p_status: which they must have, null: any.';

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

create or replace function desk.carried_out_by(p_kind text, p_party bigint) returns text
language plpgsql stable as $$
begin
    return case when desk.action_is_mail(p_kind) then ''
        when desk.policy_text(p_party, 'enforce') = 'hook' then ': the provisioning system is called'
        else ': confirm it when it is done' end;
end
$$;
comment on function desk.carried_out_by is 'How an approved action goes on, in words for the person who approved it.';

-- To suspend and to reinstate are one thing from two sides: the status before, and whose case it is.
create or replace function desk.domain_change(p_kind text, p_names text[], p_desk text, p_reason text, p_by text, p_now timestamptz)
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_desk bigint := desk.desk_id(p_desk);
    v_who text := desk.who(p_by);
    v_domain record;
    v_case bigint;
    v_action bigint;
    v_actions bigint[] := '{}';
begin
    perform desk.lock_decisions();
    for v_domain in select * from desk.named_domains(p_names, v_desk, case p_kind when 'suspend' then 'active' else 'suspended' end) loop
        target := v_domain.name;
        result := 'refused';
        if v_domain.problem is not null then
            detail := v_domain.problem;
        elsif exists (select from action where resource = v_domain.resource and kind = p_kind and state in ('approved', 'executing')) then
            detail := case p_kind when 'suspend' then 'already being suspended' else 'already being reinstated' end;
        else
            -- A proposal that waits is what is approved; otherwise the person proposes and approves.
            update action set state = 'approved', decided_by = v_who, decided_at = p_now, reason = coalesce(p_reason, reason)
                where id = (select id from action where resource = v_domain.resource and kind = p_kind and state = 'proposed' order by id limit 1)
                returning id, "case" into v_action, v_case;
            if v_action is null then
                v_case := case p_kind when 'suspend' then desk.case_for(v_domain.resource, v_desk, p_now)
                    else (select max(id) from "case" where resource = v_domain.resource) end;
                insert into action ("case", resource, party, desk, kind, state, reason, proposed_by, decided_by, created_at, decided_at)
                values (v_case, v_domain.resource, v_domain.party, v_desk, p_kind, 'approved', coalesce(p_reason, 'by staff'), v_who, v_who, p_now, p_now)
                returning id into v_action;
            end if;
            v_actions := v_actions || v_action;
            perform desk.audit_write(p_kind || ' approved', v_who, p_now, v_case, v_action, v_domain.resource, v_domain.party,
                p_detail => jsonb_build_object('reason', p_reason));
            result := 'waiting';
            detail := 'action ' || v_action || desk.carried_out_by(p_kind, v_domain.party);
        end if;
        return next;
    end loop;
    perform desk.start_actions(v_actions, p_now);
end
$$;
comment on function desk.domain_change is 'Approves the suspension or reinstatement of domains.';

create or replace function desk_api.domain_suspend(p_names text[], p_desk text default null, p_reason text default null, p_by text default null,
    p_now timestamptz default now()) returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.domain_change('suspend', p_names, p_desk, p_reason, p_by, p_now)
$$;
comment on function desk_api.domain_suspend is 'Suspends domains: approved by the caller, carried out by the hook or a person; the chain is told when it has happened.';

create or replace function desk_api.domain_reinstate(p_names text[], p_desk text default null, p_reason text default null, p_by text default null,
    p_now timestamptz default now()) returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.domain_change('reinstate', p_names, p_desk, p_reason, p_by, p_now)
$$;
comment on function desk_api.domain_reinstate is 'Reinstates suspended domains; counting begins anew when it has happened, and the chain is told.';

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
    for v_domain in select * from desk.named_domains(p_names, v_desk, 'active') loop
        target := v_domain.name;
        result := 'refused';
        v_case := case when v_domain.problem is null then desk.case_for(v_domain.resource, v_desk, p_now) end;
        if v_domain.problem is not null then
            detail := v_domain.problem;
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
                desk.deadline(v_desk, desk.policy_number(v_domain.party, 'answer_days')::int, p_now),
                (select desk.ladder_ground(c.party, c.relation, c.track, 'warn') from "case" c where c.id = v_case), p_reason)::desk.step;
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

create or replace function desk_api.domain_protect(p_names text[], p_desk text default null, p_on boolean default true, p_reason text default null,
    p_by text default null, p_now timestamptz default now()) returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_desk bigint := desk.desk_id(p_desk);
    v_domain record;
begin
    perform desk.lock_decisions();
    for v_domain in select * from desk.named_domains(p_names, v_desk, null) loop
        target := v_domain.name;
        result := 'refused';
        detail := v_domain.problem;
        if v_domain.problem is null then
            update resource set protected = case when p_on then coalesce(nullif(p_reason, ''), 'by ' || desk.who(p_by)) end where id = v_domain.resource;
            -- What was approved without a person and has not begun waits for one.
            with back as (
                update action a set state = 'proposed', automatic = false, decided_by = null, decided_at = null
                where p_on and a.resource = v_domain.resource and a.automatic and a.state = 'approved'
                returning a.id
            )
            update hook h set state = 'cancelled' from back where h.action = back.id and h.state = 'owed';
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
reset check_function_bodies;
