-- desk_api: what staff, and the provisioning system, say of actions.
set role complaint_owner;
set check_function_bodies = off;

-- One change of one action, the same way for all: found, allowed, audited. The caller makes it when this says done.
create or replace function desk.action_change(p_id bigint, p_from text[], p_what text, p_by text, p_now timestamptz, p_detail jsonb,
    out target text, out result text, out detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_action action;
    v_status text;
    v_ended_at timestamptz;
begin
    perform desk.lock_decisions();
    select * into v_action from action where id = p_id;
    select r.status, r.ended_at into v_status, v_ended_at from resource r where r.id = v_action.resource;
    target := p_id::text;
    result := 'refused';
    if v_action.id is null then
        detail := 'no such action';
    elsif not v_action.state = any(p_from) then
        detail := 'it is ' || v_action.state;
    elsif v_action.state = 'failed' and exists (select from action n where n.id <> p_id and n.kind = v_action.kind and n.party = v_action.party
            and n.resource is not distinct from v_action.resource and n.state in ('proposed', 'approved', 'executing')) then
        detail := 'another is under way';
    elsif p_what = 'approved' and v_ended_at is not null then
        detail := 'it has left or changed hands'; -- the name may be somebody else's now
    elsif p_what = 'approved' and not exists (select from party_closure c where c.descendant = v_action.party and c.ancestor = v_action.desk) then
        detail := 'not in your tree';
    elsif p_what = 'approved' and v_action.kind = 'suspend' and v_status <> 'active' then
        detail := 'already ' || v_status;
    else
        perform desk.audit_write(v_action.kind || ' ' || p_what, desk.who(p_by), p_now, v_action."case", p_id, v_action.resource, v_action.party,
            p_detail => p_detail);
        result := 'done';
        detail := v_action.kind || case p_what when 'approved' then desk.carried_out_by(v_action.kind, v_action.party) else '' end;
    end if;
end
$$;
comment on function desk.action_change is 'Checks and audits a change of an action.';

create or replace function desk_api.action_approve(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
    v_approved bigint[] := '{}';
begin
    foreach v_id in array p_ids loop
        select * into target, result, detail
            from desk.action_change(v_id, array['proposed', 'failed'], 'approved', p_by, p_now, jsonb_build_object('reason', p_reason));
        if result = 'done' then
            update action set state = 'approved', decided_by = desk.who(p_by), decided_at = p_now, automatic = false, result = null where id = v_id;
            v_approved := v_approved || v_id;
        end if;
        return next;
    end loop;
    perform desk.start_actions(v_approved, p_now);
end
$$;
comment on function desk_api.action_approve is 'Approves proposed actions, or failed ones again; they are then carried out.';

create or replace function desk_api.action_reject(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
begin
    foreach v_id in array p_ids loop
        select * into target, result, detail
            from desk.action_change(v_id, array['proposed'], 'rejected', p_by, p_now, jsonb_build_object('reason', p_reason));
        if result = 'done' then
            update action set state = 'rejected', decided_by = desk.who(p_by), decided_at = p_now, result = p_reason where id = v_id;
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
    v_settled bigint[] := '{}';
begin
    foreach v_id in array array(select u.id from unnest(p_ids) with ordinality u(id, n) group by u.id order by min(u.n)) loop
        select * into target, result, detail
            from desk.action_change(v_id, array['approved', 'executing'], case when p_done then 'confirmed' else 'could not be done' end,
                p_by, p_now, jsonb_build_object('words', p_words));
        if result = 'done' then
            v_settled := v_settled || v_id;
        end if;
        return next;
    end loop;
    perform desk.settle_actions(v_settled, p_done, p_words, p_now);
    notify desk_work;
end
$$;
comment on function desk_api.action_confirm is 'A person says that an approved action has been carried out, or could not be.';

create or replace function desk_api.hook_result(p_idempotency_key text, p_done boolean, p_words text default null, p_now timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_action bigint;
    v_party bigint;
    v_hook bigint;
begin
    perform desk.lock_decisions();
    update hook set state = case when p_done then 'done' else 'failed' end, lease_until = null, answered_at = p_now, answer = desk.clean(p_words, 500)
        where idempotency_key = p_idempotency_key and (state in ('owed', 'sending', 'accepted') or p_done and state = 'failed')
        returning action, party, id into v_action, v_party, v_hook;
    if v_hook is null then
        raise exception 'no call with key "%" waits for a result', p_idempotency_key using errcode = 'no_data_found';
    end if;
    perform desk.audit_write('result reported', session_user, p_now, p_action => v_action, p_party => v_party,
        p_detail => jsonb_build_object('done', p_done, 'words', p_words));
    if v_party is not null then
        perform desk.suppressions_told(v_hook, v_party, case when p_done then 'done' else 'failed' end, p_words, p_now);
    else
        perform desk.revive_failed(v_action) where p_done;
        perform desk.settle_actions(array[v_action], p_done, p_words, p_now);
    end if;
    notify desk_work;
end
$$;
comment on function desk_api.hook_result is 'The provisioning system reports the result of a call it had accepted.';
reset check_function_bodies;
