-- The outbox: claim, note the attempt, record what came of it.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.outbox_claim(p_limit int, p_lease interval default interval '5 minutes', p_now timestamptz default now())
returns table (id bigint, message_id text, kind text, audience text, language text, party text, from_name text, from_address text,
    envelope text, recipient text, recipient_name text, reply_to text, in_reply_to text, refs text, auto_submitted text, context jsonb,
    attempt int, owed_at timestamptz)
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
    -- Whoever held these died between the attempt and its record: the mail may have left.
    -- An acknowledgment is not repeated; a notice is, with the same Message-ID.
    update outbox o set state = case when o.auto_submitted = 'auto-replied' then 'uncertain' else 'owed' end,
        lease_until = null, next_attempt_at = p_now, reason = 'attempt ' || o.attempts || ' left no record'
    from (select o.id from outbox o where o.state = 'sending' and o.lease_until < p_now order by o.id for update skip locked) e
    where o.id = e.id;

    return query
    with due as (
        select o.id from outbox o where o.state in ('owed', 'deferred') and o.next_attempt_at <= p_now
        order by o.priority, o.next_attempt_at limit p_limit for update skip locked -- as outbox_due has them: no sort of all that is due
    ), claimed as (
        update outbox o set state = 'sending', attempts = o.attempts + 1, lease_until = p_now + p_lease
        from due where o.id = due.id
        returning o.*
    )
    select c.id, c.message_id, c.kind, c.audience, c.language, v.ref, c.from_name, c.from_address, c.envelope, c.recipient, c.recipient_name,
        c.reply_to, c.in_reply_to, c.refs, c.auto_submitted, c.context, c.attempts, c.owed_at
    from claimed c
    cross join lateral (select p.ref from party p where p.id = case
        when (select s.sending from party s where s.id = c.sender) = 'own' then c.sender else c.desk end limit 1) v
    order by c.priority, c.id;
end
$$;
comment on function desk.outbox_claim is 'Mails to send now; committing the call notes the attempt. party: whose relay. Ids without angle brackets. What a context leaves out is in desk.context_base().';

create or replace function desk.outbox_record(p_ids bigint[], p_outcomes text[], p_replies text[], p_next timestamptz[], p_now timestamptz default now()) returns int
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_count int;
begin
    update outbox o set
        state = case when n.outcome = 'uncertain' and o.auto_submitted <> 'auto-replied' then 'owed' else n.outcome end,
        lease_until = null, sent_at = case when n.outcome = 'sent' then p_now end,
        next_attempt_at = coalesce(n.next, case when n.outcome = 'uncertain' then p_now + interval '5 minutes' else p_now end),
        reply = left(desk.clean(n.reply, 500), 500),
        reason = case n.outcome when 'uncertain' then 'the relay''s last word was lost' when 'expired' then 'too old' else o.reason end
    from (select * from unnest(p_ids, p_outcomes, p_replies, p_next) u(id, outcome, reply, next)
        where u.outcome in ('sent', 'deferred', 'refused', 'uncertain', 'expired') order by u.id) n
    -- By the primary key: the index of what is being sent looks empty to the planner.
    where o.id = n.id and o.state || '' = 'sending';
    get diagnostics v_count = row_count;
    if 'refused' = any(p_outcomes) then
        perform desk.watch_breaker(array(select distinct o.desk from unnest(p_ids, p_outcomes) u(id, outcome)
            cross join lateral (select o.desk from outbox o where o.id = u.id and o.audience = 'complainant' limit 1) o
            where u.outcome = 'refused' order by 1), p_now);
    end if;
    return v_count;
end
$$;
comment on function desk.outbox_record is 'Records what became of claimed mails: sent deferred refused uncertain expired, and the relay''s last line.';

-- Answers that are refused or called spam in numbers do harm: no more of them leave until a
-- person has looked. Complaints go on being taken.
create or replace function desk.watch_breaker(p_desks bigint[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_desk bigint;
    v_why text;
    v_sent bigint;
    v_refused bigint;
    v_annoyed bigint;
begin
    foreach v_desk in array p_desks loop
        select count(*) filter (where o.state = 'sent'), count(*) filter (where o.state = 'refused') into v_sent, v_refused
            from outbox o where o.owed_at > p_now - interval '1 hour' and o.desk = v_desk and o.audience = 'complainant';
        v_annoyed := (select count(*) from audit a where a.at > p_now - interval '1 day' and a.what = 'complaint about our mail' and a.party = v_desk);
        v_why := case
            when v_sent + v_refused >= desk.policy_number(v_desk, 'breaker_least')
                and v_refused * 100 > desk.policy_number(v_desk, 'breaker_refused_percent') * (v_sent + v_refused)
                then v_refused || ' of the last ' || (v_sent + v_refused) || ' answers were refused'
            when v_annoyed > desk.policy_number(v_desk, 'breaker_complaints_day') then v_annoyed || ' complaints about our answers in a day' end;
        continue when v_why is null or exists (select from breaker b where b.desk = v_desk);
        insert into breaker (desk, opened_at, reason) values (v_desk, p_now, v_why);
        update outbox o set state = 'held', reason = 'circuit-breaker'
            where o.desk = v_desk and o.audience = 'complainant' and o.state in ('owed', 'deferred');
        perform desk.audit_write('circuit breaker opened', 'policy', p_now, p_party => v_desk, p_detail => jsonb_build_object('why', v_why));
        perform desk.owe_staff_note(v_desk, 'breaker ' || desk.stamp(p_now), 'breaker', jsonb_build_object('reason', v_why), '[]', null, 1, p_now);
    end loop;
end
$$;
comment on function desk.watch_breaker is 'Holds all answers to complainants of a desk when too many were refused in the last hour or complained about in the last day; staff are told.';

create or replace function desk.outbox_hold(p_reason text, p_now timestamptz default now()) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_count int;
begin
    update outbox set state = 'held', lease_until = null, reason = p_reason where state in ('owed', 'deferred', 'sending');
    get diagnostics v_count = row_count;
    perform desk.audit_write('outbox held', session_user, p_now, p_detail => jsonb_build_object('mails', v_count, 'reason', p_reason));
    return v_count;
end
$$;
comment on function desk.outbox_hold is 'Holds everything owed, as after a restore, until a person releases it.';
reset check_function_bodies;
