-- Doing: what was approved is carried out by the provisioning system (hook) or by a person,
-- and only what has happened is told.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.start_actions(p_actions bigint[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_mails bigint[];
begin
    -- Approved steps that are nothing but a mail need nobody to carry them out.
    v_mails := array(select a.id from action a where a.id = any(p_actions) and a.state = 'approved' and desk.action_is_mail(a.kind) order by a.id);
    perform desk.finish_actions(v_mails, null, p_now);

    insert into hook (action, kind, idempotency_key, payload, owed_at, next_attempt_at)
    select a.id, a.kind, 'act_' || a.id || '_' || replace(a.kind, '-', '_'),
        jsonb_build_object('type', 'domain.' || a.kind, 'timestamp', to_char(p_now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'data', jsonb_build_object('action', a.id, 'kind', a.kind, 'domain', r.name, 'resource', r.kind, 'services', r.services,
                'service', case when a.kind = 'stop-redirection' then desk.stopped_service(a.id) when c.relation in ('mail-redirection', 'web-redirection', 'hosting', 'dns', 'sending') then c.relation else 'registration' end,
                'customer', p.ref, 'order_ref', r.order_ref, 'reason', a.reason, 'case', a."case", 'dry_run', false)),
        p_now, p_now
    from action a
    join party p on p.id = a.party
    left join resource r on r.id = a.resource
    left join "case" c on c.id = a."case"
    where a.id = any(p_actions) and a.state = 'approved' and desk.policy_text(a.party, 'enforce') = 'hook'
        and not desk.policy_switch(a.desk, 'shadow')
    order by a.id
    -- Tried again by a person: under a new key, for the system may remember how the former call ended.
    on conflict on constraint hook_once do update set state = 'owed', idempotency_key = excluded.idempotency_key || '_' || nextval('desk.run'),
        payload = excluded.payload, attempts = 0, owed_at = excluded.owed_at, next_attempt_at = excluded.next_attempt_at, lease_until = null,
        answered_at = null, status = null, answer = null, told_at = null
        where hook.state in ('failed', 'cancelled');
    notify desk_work;
end
$$;
comment on function desk.start_actions is 'Owes the calls that carry out approved actions; with policy enforce = person they wait for a confirmation. Shadow mode calls nobody.';

create or replace function desk.hook_claim(p_limit int, p_lease interval default interval '2 minutes', p_now timestamptz default now())
returns table (id bigint, idempotency_key text, payload jsonb, attempt int, owed_at timestamptz)
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off
as $$
#variable_conflict use_column
begin
    if not exists (select from hook h where h.state in ('owed', 'accepted') and h.next_attempt_at <= p_now or h.state = 'sending' and h.lease_until < p_now) then
        return; -- the usual case waits for nobody
    end if;
    -- Whoever cancels has the action first and the call second.
    perform desk.lock_decisions();
    return query
    with due as (
        select h.id from hook h
        where h.state in ('owed', 'accepted') and h.next_attempt_at <= p_now or h.state = 'sending' and h.lease_until < p_now
        order by h.next_attempt_at, h.id limit p_limit for update skip locked
    ), claimed as (
        update hook h set state = 'sending', attempts = h.attempts + 1, lease_until = p_now + p_lease
        from due where h.id = due.id
        returning h.*
    ), moved as (
        update action a set state = 'executing' from claimed c where a.id = c.action and a.state = 'approved'
    )
    select c.id, c.idempotency_key, case when c.party is not null then desk.suppression_payload(c.id, c.payload) else c.payload end, c.attempts, c.owed_at
    from claimed c order by c.id;
end
$$;
comment on function desk.hook_claim is 'Calls to make now, the attempt noted; one whose lease ran out is made again with the same key.';

create or replace function desk.hook_record(p_id bigint, p_outcome text, p_status int, p_answer text, p_next timestamptz, p_now timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_action bigint;
    v_party bigint;
begin
    if p_outcome not in ('done', 'accepted', 'deferred', 'failed') then
        raise exception 'hook outcome "%"', p_outcome using errcode = 'invalid_parameter_value';
    end if;
    perform desk.lock_decisions();
    update hook set state = case p_outcome when 'deferred' then 'owed' else p_outcome end, lease_until = null, status = p_status,
        answer = desk.clean(p_answer, 500), answered_at = case when p_outcome in ('done', 'failed') then p_now end,
        next_attempt_at = coalesce(p_next, next_attempt_at)
    -- "Done" is news whenever it comes: another attempt of the same call may have failed meanwhile.
    where id = p_id and (state = 'sending' or p_outcome = 'done' and state in ('owed', 'accepted', 'failed'))
    returning action, party into v_action, v_party;
    if v_party is not null then
        perform desk.suppressions_told(p_id, v_party, p_outcome, p_answer, p_now);
    elsif v_action is null then
        return; -- cancelled meanwhile, or answered by hook_result
    elsif p_outcome in ('done', 'failed') then
        perform desk.revive_failed(v_action) where p_outcome = 'done';
        perform desk.settle_actions(array[v_action], p_outcome = 'done', p_answer, p_now);
    else
        perform desk.tell_companions(array[v_action], p_now);
    end if;
    notify desk_work; -- or what is owed now would wait for the outbox's next look
end
$$;
comment on function desk.hook_record is 'What a call came to: done, accepted (asked again later with the same key), deferred, failed.';

-- Staff were told that it failed; if they have begun anew, what they began holds.
create or replace function desk.revive_failed(p_action bigint) returns void
language sql volatile security definer set search_path = desk, pg_temp as $$
    update action a set state = 'executing', result = null
    where a.id = p_action and a.state = 'failed' and not exists (select from action n
        where n.id > a.id and n.kind = a.kind and n.resource is not distinct from a.resource and n.party = a.party and n.state <> 'cancelled')
$$;
comment on function desk.revive_failed is 'A failed action of which it is said later that it was carried out after all.';

-- A domain may have both redirections. Too many mails concern one of them, whatever the case is about.
create or replace function desk.stopped_service(p_action bigint) returns text
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (select case when a.figures ? 'mails' then 'mail-redirection'
        when c.relation in ('web-redirection', 'dns') then c.relation else 'mail-redirection' end
        from action a left join "case" c on c.id = a."case" where a.id = p_action);
end
$$;
comment on function desk.stopped_service is 'The service that a stop-redirection ends: mail-redirection, web-redirection or dns.';

-- The one place where an action becomes done: its effect on the resource, its case, its mails.
create or replace function desk.finish_actions(p_actions bigint[], p_result text, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_done bigint[];
    v_run bigint := nextval('desk.run');
    v_tell bigint[];
    v_closed bigint[];
begin
    with done as (
        update action a set state = 'done', done_at = p_now, result = desk.clean(p_result, 500)
        where a.id = any(p_actions) and a.state in ('approved', 'executing')
        returning a.id, a."case", a.resource, a.party, a.kind
    ), noted as (
        insert into audit (at, who, what, "case", action, resource, party)
        select p_now, 'policy', kind || ' done', "case", id, resource, party from done
    )
    select array_agg(id order by id) into v_done from done;
    if v_done is null then
        return 0;
    end if;
    update hook set state = 'done', lease_until = null, answered_at = p_now where action = any(v_done) and state in ('owed', 'accepted', 'sending');

    update resource r set status = case a.kind when 'suspend' then 'suspended' when 'delete' then 'deleted' else 'active' end
    from action a where a.id = any(v_done) and a.resource = r.id and r.kind = 'domain'
        -- What has been deleted meanwhile is neither up nor down.
        and (a.kind = 'delete' or a.kind in ('suspend', 'reinstate') and r.status <> 'deleted');
    update resource r set services = array_remove(array_remove(r.services, s.service), s.service || ':unset')
    from action a cross join lateral desk.stopped_service(a.id) s(service)
    where a.id = any(v_done) and a.resource = r.id and a.kind = 'stop-redirection';
    perform desk.forgive(array(select a.resource from action a where a.id = any(v_done) and a.kind = 'reinstate' order by 1), p_now);
    perform desk.lift_cease(array(select c.ancestor from action a join party_closure c on c.descendant = a.party
        where a.id = any(v_done) and a.kind = 'delete' order by 1), p_now);

    -- Told first, closed after: the mails speak of the case as it was.
    v_tell := desk.actions_to_tell(v_done);
    perform desk.tell_actions(v_tell, v_run, p_now);

    with closed as (
        update "case" c set state = 'closed', outcome = case when a.kind = 'stop-redirection' then 'resolved' else 'suspended' end,
            closed_at = p_now, changed_at = p_now, due_at = null
        from action a where a.id = any(v_done) and c.id = a."case" and c.state <> 'closed'
            and (a.kind in ('suspend', 'delete', 'pause')
                or a.kind = 'stop-redirection' and not exists (select from desk.ladder_step(c.party, c.relation, c.track, c.step + 1)))
        returning c.id
    )
    select array_agg(id order by id) into v_closed from closed;
    perform desk.cancel_actions(array(select a.id from action a where a."case" = any(v_closed) and a.state in ('proposed', 'approved', 'executing')), 'the case is closed', 'policy', p_now);
    perform desk.tell_outcome(desk.cases_ended_by(v_tell), v_run, p_now);
    return cardinality(v_done);
end
$$;
comment on function desk.finish_actions is 'Actions that have been carried out: resource and case follow, and now the chain is told.';

-- What one command approved is told in one mail for each recipient. Calls are made one after the other, so the first
-- wait for the last; but not for one that has to be tried again, or whose answer comes later.
create or replace function desk.actions_to_tell(p_actions bigint[]) returns bigint[]
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (
    with settled as materialized (
        select a.id, a.state, a.desk, a.kind, a.decided_at, a.decided_by from action a where a.id = any(p_actions)
    ), free as (
        select s.* from settled s
        where not exists (select from hook h join action b on b.id = h.action
            where (h.state = 'owed' and h.attempts = 0 or h.state = 'sending' and h.attempts = 1)
                and (b.desk, b.kind, b.decided_at, b.decided_by) = (s.desk, s.kind, s.decided_at, s.decided_by))
    )
    select array_agg(t.id order by t.id) from (
        select f.id from free f where f.state = 'done'
        union
        select h.action from hook h join action b on b.id = h.action
        join free f on (b.desk, b.kind, b.decided_at, b.decided_by) = (f.desk, f.kind, f.decided_at, f.decided_by)
        where h.state = 'done' and h.told_at is null) t);
end
$$;
comment on function desk.actions_to_tell is 'Of actions that have just been settled those that can be told of, with what was done before and waited for them.';

create or replace function desk.tell_actions(p_actions bigint[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_kind text;
begin
    for v_kind in select distinct kind from action where id = any(p_actions) and desk.mail_of_action(kind) is not null order by 1 loop
        perform desk.owe_chain(array(select row(a."case", a.id, a.kind, a.step, a.desk, a.resource, a.party, null, a.ground, a.reason)::desk.step
                from action a where a.id = any(p_actions) and a.kind = v_kind order by a.id),
            desk.mail_of_action(v_kind), p_run, p_now, (
            select jsonb_build_object('since', desk.stamp(min(done_at)), 'automatic', bool_or(automatic)) from action where id = any(p_actions) and kind = v_kind));
    end loop;
    update hook set told_at = p_now where action = any(p_actions) and told_at is null;
end
$$;
comment on function desk.tell_actions is 'Owes the mails to the chain about actions that have been carried out.';

create or replace function desk.cases_ended_by(p_actions bigint[]) returns bigint[]
language sql stable security definer set search_path = desk, pg_temp as $$
    select array_agg(distinct c.id order by c.id) from action a join "case" c on c.id = a."case"
    where a.id = any(p_actions) and c.state = 'closed' and c.closed_at = a.done_at
$$;
comment on function desk.cases_ended_by is 'The cases that these actions have closed.';

-- A call has failed, will be tried again, is answered later or is not wanted any more: nothing waits for it.
create or replace function desk.tell_companions(p_actions bigint[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_tell bigint[] := desk.actions_to_tell(p_actions);
    v_run bigint;
begin
    if v_tell is not null then
        v_run := nextval('desk.run');
        perform desk.tell_actions(v_tell, v_run, p_now);
        perform desk.tell_outcome(desk.cases_ended_by(v_tell), v_run, p_now);
    end if;
end
$$;
comment on function desk.tell_companions is 'Tells of what was done in the same approval and waited for these actions.';

create or replace function desk.fail_actions(p_actions bigint[], p_result text, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_failed bigint[];
begin
    with failed as (
        update action a set state = 'failed', result = desk.clean(p_result, 500)
        where a.id = any(p_actions) and a.state in ('approved', 'executing')
        returning a.id, a."case", a.resource, a.party, a.kind
    ), noted as (
        insert into audit (at, who, what, "case", action, resource, party, detail)
        select p_now, 'policy', kind || ' failed', "case", id, resource, party, jsonb_build_object('result', p_result) from failed
    )
    select array_agg(id order by id) into v_failed from failed;
    update hook set state = 'failed', lease_until = null, answered_at = p_now where action = any(v_failed) and state in ('owed', 'accepted', 'sending');
    perform desk.owe_staff(v_failed, 'failure', nextval('desk.run'), p_now);
    perform desk.tell_companions(v_failed, p_now);
    return coalesce(cardinality(v_failed), 0);
end
$$;
comment on function desk.fail_actions is 'Actions that could not be carried out: staff are told, the customer is not; nothing has changed for him.';

create or replace function desk.settle_actions(p_actions bigint[], p_done boolean, p_words text, p_now timestamptz) returns int
language sql volatile security definer set search_path = desk, pg_temp as $$
    select case when p_done then desk.finish_actions(p_actions, p_words, p_now) else desk.fail_actions(p_actions, p_words, p_now) end
$$;
comment on function desk.settle_actions is 'Actions have been carried out, or could not be: a person or the provisioning system says so.';

create or replace function desk.cancel_actions(p_actions bigint[], p_why text, p_who text, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_cancelled bigint[];
begin
    with cancelled as (
        update action a set state = 'cancelled', result = p_why, decided_at = coalesce(a.decided_at, p_now)
        where a.id = any(p_actions) and a.state in ('proposed', 'approved', 'executing')
        returning a.id, a."case", a.resource, a.party, a.kind
    ), noted as (
        insert into audit (at, who, what, "case", action, resource, party, detail)
        select p_now, p_who, kind || ' cancelled', "case", id, resource, party, jsonb_build_object('why', p_why) from cancelled
    )
    select array_agg(id order by id) into v_cancelled from cancelled;
    if v_cancelled is null then
        return 0;
    end if;
    update hook set state = 'cancelled', lease_until = null where action = any(v_cancelled) and state in ('owed', 'accepted', 'sending');
    -- A mail that speaks of nothing else any more is not sent.
    update outbox o set state = 'cancelled', reason = p_why
    where o.state in ('owed', 'held', 'deferred')
        and exists (select from outbox_item i where i.outbox = o.id and i.action = any(v_cancelled))
        and not exists (select from outbox_item i join action a on a.id = i.action where i.outbox = o.id and a.state <> 'cancelled');
    perform desk.tell_companions(v_cancelled, p_now);
    return cardinality(v_cancelled);
end
$$;
comment on function desk.cancel_actions is 'Open actions that are not wanted any more, with the mails and calls they owe.';

-- After reinstatement counting begins anew; what was said before is kept and shown.
create or replace function desk.forgive(p_resources bigint[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    if cardinality(p_resources) = 0 then
        return;
    end if;
    update complaint set counts = false, why_not = 'before-reinstatement'
        where resource = any(p_resources) and (counts or why_not = 'same-person');
    update resource set counted_from = p_now where id = any(p_resources);
    -- What else was open goes on, with a day to breathe.
    update "case" c set note = null, changed_at = p_now, due_at = desk.deadline(c.desk, 1, p_now)
        where c.resource = any(p_resources) and c.state <> 'closed' and c.due_at is null and c.note like 'already-%';
    perform desk.refigure(p_resources, p_now);
end
$$;
comment on function desk.forgive is 'Complaints up to now count no longer, and ladders that waited go on.';

-- Figures of a few resources from their complaints; proposals and cease marks that no longer hold fall.
create or replace function desk.refigure(p_resources bigint[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    update resource r set complaints = f.complaints, counting = f.counting
    from (
        select q.id, count(c.id) filter (where c.state = 'standing' and c.category not in ('not-spam', 'auth-failure', 'opt-out'))::int as complaints,
            count(c.id) filter (where c.counts)::int as counting
        from (select distinct unnest(p_resources) as id) q left join complaint c on c.resource = q.id group by q.id order by q.id
    ) f where r.id = f.id;

    perform desk.cancel_actions(array(
        select a.id from action a join resource r on r.id = a.resource
        where a.resource = any(p_resources) and a.kind = 'suspend' and a.state in ('proposed', 'approved')
            and a.figures ? 'threshold' and r.counting <= (a.figures->>'threshold')::int order by a.id),
        'the complaints no longer pass the threshold', 'policy', p_now);

    perform desk.lift_cease(array(select distinct c.ancestor from resource r join party_closure c on c.descendant = r.party
        where r.id = any(p_resources) order by 1), p_now);
end
$$;
comment on function desk.refigure is 'Counts resources anew after complaints were undone.';

create or replace function desk.lift_cease(p_parties bigint[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_ceased bigint[];
begin
    with fallen as (
        update party_figure f set ceased_at = null
        where f.ceased_at is not null and (p_parties is null or f.party = any(p_parties)) and not desk.is_over_cease(f.party)
        returning f.party
    )
    select array_agg(a.id order by a.id) into v_ceased from action a join fallen f on f.party = a.party where a.kind = 'cease' and a.state = 'proposed';
    perform desk.cancel_actions(v_ceased, 'below the threshold again', 'policy', p_now);
end
$$;
comment on function desk.lift_cease is 'Parties (null: all) that are below the cease threshold again: the next crossing is told again.';

-- Complainants are told how it ended: who was acknowledged or vouched for, nobody else.
create or replace function desk.tell_outcome(p_cases bigint[], p_run bigint, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_letters desk.letter[];
begin
    v_letters := (
    with told as (
        select c.complainant, k.desk, k.id as case_id, k.relation,
            -- What was deleted is not suspended; the case knows no other word for it.
            case when k.outcome = 'suspended' and exists (select from resource r where r.id = k.resource and r.status = 'deleted') then 'deleted' else k.outcome end as outcome,
            k.category, c.resource, c.id as complaint, m.language,
            exists (select from action a where a."case" = k.id and a.automatic and a.state = 'done' and a.done_at >= k.opened_at) as automatic
        from unnest(p_cases) q(id)
        join "case" k on k.id = q.id
        join complaint c on c."case" = k.id and c.state = 'standing' and c.source in ('authenticated', 'submitter') and c.complainant ~ '@'
        left join message m on m.id = c.message
        where desk.policy_switch(k.desk, 'tell_outcome')
            and exists (select from outbox o join outbox_item i on i.outbox = o.id
                where o.recipient = c.complainant and o.audience = 'complainant' and o.state <> 'cancelled' and i.resource = c.resource)
            and not exists (select from reporter r where r.address in (c.complainant, '@' || desk.address_domain(c.complainant))
                and (r.no_mail_at is not null or r.trust = 'blocked'))
    ), letter as (
        select row('outcome ' || t.outcome || ' run ' || p_run, 'outcome', 'complainant', t.desk, t.desk, t.complainant, null, null,
            coalesce(min(t.language), (desk.party_voice(t.desk)).language),
            desk.context_count(jsonb_agg(distinct desk.context_domain(t.resource, t.case_id, t.relation, t.category, false)))
            || desk.context_category(min(t.category)) || desk.context_relation(min(t.relation), null)
            || jsonb_build_object('outcome', t.outcome, 'outcome_' || replace(t.outcome, '-', '_'), true, 'automatic', bool_or(t.automatic)),
            jsonb_agg(jsonb_build_object('case', t.case_id, 'resource', t.resource, 'complaint', t.complaint)), null, 'auto-generated', 5)::desk.letter as l
        from told t group by t.complainant, t.desk, t.outcome
    )
    select array_agg(l) from letter);
    return desk.owe(v_letters, p_now);
end
$$;
comment on function desk.tell_outcome is 'Owes the outcome of these cases to their complainants.';
reset check_function_bodies;
