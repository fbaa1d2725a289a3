-- The outbox: the queue, claim, note the attempt, record what came of it.
set role complaint_owner;
set check_function_bodies = off;

-- What has not left is in the queue, whoever changes a mail. One that is being sent keeps its claim: what becomes of it is
-- recorded, and that decides.
create or replace function desk.outbox_inserted() returns trigger
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    insert into outbox_queue (outbox, priority, due)
    select id, priority, case when state = 'held' then 'infinity' else next_attempt_at end from added
    where state in ('owed', 'deferred', 'held') order by id;
    return null;
end
$$;
comment on function desk.outbox_inserted is 'Puts new mails into the queue.';

create or replace function desk.outbox_changed() returns trigger
language plpgsql security definer set search_path = desk, pg_temp
-- A plan made for few mails is kept for many: by the key, never the whole queue.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    delete from outbox_queue q using after a where a.id = q.outbox and a.state not in ('owed', 'deferred', 'held');
    insert into outbox_queue as q (outbox, priority, due)
    select id, priority, case when state = 'held' then 'infinity' else next_attempt_at end from after
    where state in ('owed', 'deferred', 'held') order by id
    on conflict (outbox) do update set priority = excluded.priority, due = excluded.due, claim = null, lease_until = null
        where not q.begun and (q.priority, q.due) <> (excluded.priority, excluded.due);
    return null;
end
$$;
comment on function desk.outbox_changed is 'Takes mails that have left, or never will, out of the queue, and the others up again.';

create or replace trigger outbox_inserted after insert on desk.outbox
    referencing new table as added for each statement execute function desk.outbox_inserted();
create or replace trigger outbox_changed after update on desk.outbox
    referencing new table as after for each statement execute function desk.outbox_changed();

create or replace function desk.outbox_claim(p_limit int, p_lease interval default interval '5 minutes', p_now timestamptz default now())
returns table (id bigint, message_id text, kind text, audience text, language text, party text, from_name text, from_address text,
    envelope text, recipient text, recipient_name text, reply_to text, in_reply_to text, refs text, auto_submitted text, context jsonb,
    attempt int, owed_at timestamptz, claim bigint)
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_claim bigint := nextval('outbox_claim_seq');
    v_due bigint[];
    v_left int := p_limit;
    v_count int;
begin
    loop
        select array_agg(d.outbox) into v_due from (
            select q.outbox from outbox_queue q where q.due <= p_now and (q.lease_until is null or q.lease_until < p_now)
            order by q.priority, q.due limit v_left for update skip locked -- as the index has them: no sort of all that is due
        ) d;
        exit when v_due is null;

        -- Whoever began these died before their record: they may have left. An acknowledgment is not
        -- repeated; a notice is, with the same Message-ID, but not for ever.
        update outbox o set attempts = o.attempts + 1, reason = 'attempt ' || o.attempts + 1 || ' left no record',
            state = case when o.auto_submitted = 'auto-replied' or o.attempts >= 4 then 'uncertain' else o.state end
        from (select q.outbox from unnest(v_due) u(id) cross join lateral (select * from outbox_queue where outbox = u.id limit 1) q where q.begun) q
        where o.id = q.outbox;

        return query
        with claimed as (
            update outbox_queue q set claim = v_claim, lease_until = p_now + p_lease, begun = false
            from unnest(v_due) u(id) cross join lateral (select * from outbox o where o.id = u.id limit 1) o
            where q.outbox = u.id
            returning o.*
        )
        select c.id, c.message_id, c.kind, c.audience, c.language, v.ref, c.from_name, c.from_address, c.envelope, c.recipient, c.recipient_name,
            c.reply_to, c.in_reply_to, c.refs, c.auto_submitted, c.context, c.attempts + 1, c.owed_at, v_claim
        from claimed c
        cross join lateral (select p.ref from party p where p.id = case
            when (select s.sending from party s where s.id = c.sender) = 'own' then c.sender else c.desk end limit 1) v
        order by c.priority, c.id;
        get diagnostics v_count = row_count;
        v_left := v_left - v_count;
        exit when v_left <= 0; -- fewer than asked for would say that nothing more is due
    end loop;
end
$$;
comment on function desk.outbox_claim is 'Mails to send now, nobody else''s until the lease ends; desk.outbox_begin() comes before the attempt. party: whose relay. Ids without angle brackets. What a context leaves out is in desk.context_base().';

create or replace function desk.outbox_begin(p_ids bigint[], p_claims bigint[], p_now timestamptz default now()) returns bigint[]
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
    v_begun bigint[];
begin
    with begun as (
        update outbox_queue q set begun = true
        from (select * from unnest(p_ids, p_claims) u(id, claim) order by u.id) n
        where q.outbox = n.id and q.claim = n.claim and q.lease_until > p_now
        returning q.outbox
    )
    select array_agg(outbox) into v_begun from begun;
    return coalesce(v_begun, '{}');
end
$$;
comment on function desk.outbox_begin is 'Notes the attempts of claimed mails, which may be made once this is committed; which of them: not those that were cancelled, held or lost to another claim meanwhile.';

create or replace function desk.outbox_record(p_ids bigint[], p_outcomes text[], p_replies text[], p_next timestamptz[],
    p_now timestamptz default now(), p_claims bigint[] default null) returns int
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_count int;
    v_kept bigint[];
    v_broken bigint[] := array(select b.desk from breaker b where b.closed_at is null); -- an answer that was on its way is not tried again
begin
    -- What will be tried again is free again.
    if p_outcomes && array['untried', 'deferred', 'uncertain'] then
        with freed as (
            update outbox_queue q set claim = null, lease_until = null, begun = false
            from (select * from unnest(p_ids, p_outcomes, p_claims) u(id, outcome, claim) where u.outcome in ('untried', 'deferred', 'uncertain') order by u.id) n
            where q.outbox = n.id and q.claim = coalesce(n.claim, q.claim)
            returning q.outbox
        )
        select array_agg(outbox) into v_kept from freed;
    end if;

    update outbox o set
        state = case when n.outcome in ('deferred', 'untried') then case when o.audience = 'complainant' and o.desk = any(v_broken) then 'held' else 'deferred' end
            when n.outcome = 'uncertain' then case when o.auto_submitted = 'auto-replied' then 'uncertain' else 'owed' end else n.outcome end,
        attempts = o.attempts + (n.outcome not in ('untried', 'expired'))::int,
        sent_at = case when n.outcome = 'sent' then p_now end,
        next_attempt_at = coalesce(n.next, case when n.outcome = 'uncertain' then p_now + interval '5 minutes' else p_now end),
        reply = case when o.reason is distinct from 'erased' then left(desk.clean(n.reply, 500), 500) end, -- relays repeat the address
        reason = case n.outcome when 'uncertain' then 'the relay''s last word was lost' when 'expired' then 'too old'
            when 'sent' then case when o.state <> 'uncertain' then o.reason end
            else case when n.outcome in ('deferred', 'untried') and o.audience = 'complainant' and o.desk = any(v_broken) then 'circuit-breaker' else o.reason end end
    from (select * from unnest(p_ids, p_outcomes, p_replies, p_next) u(id, outcome, reply, next)
        where u.outcome in ('sent', 'deferred', 'untried', 'refused', 'uncertain', 'expired') order by u.id) n
    where o.id = n.id and case
        when n.outcome in ('deferred', 'untried') then o.state in ('owed', 'deferred') and o.id = any(v_kept)
        -- What was cancelled or held while it was on its way, or taken for lost, has left all the same.
        when n.outcome = 'sent' then o.state <> 'sent'
        when n.outcome = 'uncertain' and o.auto_submitted = 'auto-replied' then o.state in ('owed', 'deferred', 'held', 'cancelled')
        when n.outcome = 'uncertain' then o.state in ('owed', 'deferred') and o.id = any(v_kept)
        else o.state in ('owed', 'deferred') end;
    get diagnostics v_count = row_count;
    if 'refused' = any(p_outcomes) then
        perform desk.watch_breaker(array(select distinct o.desk from unnest(p_ids, p_outcomes) u(id, outcome)
            cross join lateral (select o.desk from outbox o where o.id = u.id and o.audience = 'complainant' limit 1) o
            where u.outcome = 'refused' order by 1), p_now);
    end if;
    return v_count;
end
$$;
comment on function desk.outbox_record is 'Records what became of claimed mails: sent deferred refused uncertain expired, or untried (no attempt was made), and the relay''s last line.';

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
    v_last breaker;
begin
    foreach v_desk in array p_desks loop
        select * into v_last from breaker b where b.desk = v_desk;
        continue when v_last.desk is not null and v_last.closed_at is null;
        -- By when the relay had its say, which it has of what was held for days as of what is new.
        select count(*) filter (where o.state = 'sent'), count(*) filter (where o.state = 'refused') into v_sent, v_refused
            from outbox o where o.owed_at > least(p_now, case when v_last.closed_at > p_now - interval '1 hour' then v_last.opened_at end) - interval '1 hour'
                and o.next_attempt_at > greatest(p_now - interval '1 hour', v_last.closed_at) and o.desk = v_desk and o.audience = 'complainant';
        v_annoyed := (select count(*) from audit a where a.at > greatest(p_now - interval '1 day', v_last.closed_at) and a.what = 'complaint about our mail' and a.party = v_desk);
        v_why := case
            when v_sent + v_refused >= desk.policy_number(v_desk, 'breaker_least')
                and v_refused * 100 > desk.policy_number(v_desk, 'breaker_refused_percent') * (v_sent + v_refused)
                then v_refused || ' of the last ' || (v_sent + v_refused) || ' answers were refused'
            when v_annoyed > desk.policy_number(v_desk, 'breaker_complaints_day') then v_annoyed || ' complaints about our answers in a day' end;
        continue when v_why is null;
        insert into breaker (desk, opened_at, reason) values (v_desk, p_now, v_why)
            on conflict (desk) do update set opened_at = excluded.opened_at, reason = excluded.reason, closed_at = null where breaker.closed_at is not null;
        continue when not found; -- another session opened it at this moment
        with idle as (
            select q.outbox from outbox_queue q where not q.begun and q.due < 'infinity' order by q.outbox for update
        )
        update outbox o set state = 'held', reason = 'circuit-breaker'
            from idle where o.id = idle.outbox and o.desk = v_desk and o.audience = 'complainant';
        perform desk.audit_write('circuit breaker opened', 'policy', p_now, p_party => v_desk, p_detail => jsonb_build_object('why', v_why));
        perform desk.owe_staff_note(v_desk, 'breaker ' || desk.stamp(p_now), 'breaker', jsonb_build_object('reason', v_why) || case
            when v_why like '%refused' then jsonb_build_object('breaker_refused', true, 'breaker_count', v_refused, 'breaker_of', v_sent + v_refused)
            else jsonb_build_object('breaker_count', v_annoyed) end, '[]', null, 1, p_now);
    end loop;
end
$$;
comment on function desk.watch_breaker is 'Holds all answers to complainants of a desk when too many were refused in the last hour or complained about in the last day, since a person released them; staff are told.';

create or replace function desk.outbox_hold(p_reason text, p_now timestamptz default now()) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_count int;
begin
    -- What is being sent now is not; what was being sent when the backup was made is in doubt.
    with idle as (
        select q.outbox, q.begun from outbox_queue q where (not q.begun or q.lease_until < p_now) and q.due < 'infinity' order by q.outbox for update
    ), free as (
        update outbox_queue q set claim = null, lease_until = null, begun = false from idle where q.outbox = idle.outbox and idle.begun
    )
    update outbox o set state = case when idle.begun and o.auto_submitted = 'auto-replied' then 'uncertain' else 'held' end, reason = p_reason
        from idle where o.id = idle.outbox;
    get diagnostics v_count = row_count;
    perform desk.audit_write('outbox held', session_user, p_now, p_detail => jsonb_build_object('mails', v_count, 'reason', p_reason));
    return v_count;
end
$$;
comment on function desk.outbox_hold is 'Holds everything owed, as after a restore, until a person releases it.';
reset check_function_bodies;
