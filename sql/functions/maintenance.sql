-- What a daily timer calls, and what monitoring asks.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.raw_partition(p_month date) returns boolean
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_name text := 'raw_message_' || to_char(p_month, 'YYYY_MM');
    v_from timestamptz := date_trunc('month', p_month::timestamp) at time zone 'UTC';
    v_to timestamptz := (date_trunc('month', p_month::timestamp) + interval '1 month') at time zone 'UTC';
begin
    -- What the default partition holds of that month keeps it from being made; it stays there until it is old.
    if to_regclass('desk.' || v_name) is not null
        or exists (select from raw_message_default where received_at >= v_from and received_at < v_to) then
        return false;
    end if;
    execute format('create table %I partition of raw_message for values from (%L) to (%L) with (toast_tuple_target = 8160)', v_name, v_from, v_to);
    return true;
end
$$;
comment on function desk.raw_partition is 'Makes the partition of raw_message for a month; false: it is there or can''t be made any more.';

create or replace function desk.raw_expire(p_now timestamptz) returns table (what text, count bigint)
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_longest int;
    v_part record;
    v_count bigint;
begin
    -- Whole months go when they are older than the longest period of any desk.
    select max((value #>> '{}')::int) into v_longest from policy where name = 'raw_days';
    for v_part in
        select c.relname, to_date(right(c.relname, 7), 'YYYY_MM') as month
        from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'desk.raw_message'::regclass and c.relname ~ '^raw_message_\d{4}_\d\d$'
        order by 2
    loop
        if (v_part.month + interval '1 month') at time zone 'UTC' <= p_now - make_interval(days => v_longest) then
            execute format('drop table %I', v_part.relname);
            what := 'months of bytes dropped: ' || to_char(v_part.month, 'YYYY-MM');
            count := 1;
            return next;
        end if;
    end loop;

    with period as (
        select m.desk, desk.policy_number(m.desk, 'raw_days')::int as days from (select distinct desk from message) m
    )
    delete from raw_message r using message m, period p
    where m.id = r.message and p.desk = m.desk and r.received_at < p_now - make_interval(days => p.days);
    get diagnostics v_count = row_count;
    what := 'mails whose bytes were deleted';
    count := v_count;
    return next;
end
$$;
comment on function desk.raw_expire is 'Deletes the bytes of mails that are older than policy raw_days.';

-- What is older than policy complaint_days, per desk.
create or replace function desk.expired(p_now timestamptz) returns table (desk bigint, before timestamptz)
language sql stable security definer set search_path = desk, pg_temp as $$
    select p.id, p_now - make_interval(days => desk.policy_number(p.id, 'complaint_days')::int) from party p
    where p.kind = 'reseller' and exists (select from message m where m.desk = p.id)
$$;
comment on function desk.expired is 'For each desk the time before which people are forgotten.';

create or replace function desk.addresses_expire(p_now timestamptz) returns table (what text, count bigint)
language plpgsql security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
begin
    update complaint c set complainant = null from desk.expired(p_now) e
    where e.desk = c.desk and c.complainant is not null and c.last_at < e.before;
    get diagnostics count = row_count;
    what := 'complaints whose address was emptied';
    return next;

    -- The evidence that decided keeps its kind.
    with emptied as (
        update message m set report = null, from_address = null, reporter_address = null, subject = null, message_id = null from desk.expired(p_now) e
        where e.desk = m.desk and m.report is not null and m.received_at < e.before
        returning m.id
    ), further as (
        update incident_also i set why = split_part(i.why, ' ', 1) from emptied m where i.message = m.id
    ), failures as (
        update bounce b set recipient = null, diagnostic = null from emptied m where b.message = m.id
    ), first as (
        update incident i set report_id = null, why = case when i.resource is not null then split_part(i.why, ' ', 1) else i.why end from emptied m where i.message = m.id
    )
    select count(*) into count from emptied;
    what := 'messages whose report was emptied';
    return next;

    -- Who was written to as a party stays known; who had complained does not.
    update outbox o set context = '{}', in_reply_to = null, refs = null, reply = null,
        recipient = case when o.audience in ('complainant', 'submitter', 'provider') then 'expired-' || o.id || '@invalid.example' else o.recipient end
    from desk.expired(p_now) e
    where e.desk = o.desk and o.owed_at < e.before and o.context <> '{}' and o.state not in ('owed', 'held', 'deferred');
    get diagnostics count = row_count;
    what := 'mails whose words were emptied';
    return next;

    delete from undeliverable u using outbox o, desk.expired(p_now) e
    where o.id = u.outbox and e.desk = o.desk and u.last_at < e.before and o.audience in ('complainant', 'submitter', 'provider');

    -- An answer: who gave it in which capacity, and the message it came with.
    update case_note n set by = split_part(n.by, ' ', 1), text = split_part(n.text, ':', 1)
    from "case" c, desk.expired(p_now) e
    where c.id = n."case" and e.desk = c.desk and n.at < e.before and c.state = 'closed'
        and n.by ~ '^(complainant|submitter|customer|reseller|contact|staff|provider) [^ ]*@';
    get diagnostics count = row_count;
    what := 'answers that were emptied';
    return next;

    update opt_in_proof p set recipient = 'expired', address = null
    from "case" c, desk.expired(p_now) e
    where c.id = p."case" and e.desk = c.desk and p.noted_at < e.before and p.recipient <> 'expired';
    get diagnostics count = row_count;
    what := 'proofs of consent that were emptied';
    return next;
end
$$;
comment on function desk.addresses_expire is 'Empties addresses, reports and the words of mails older than policy complaint_days; keys and figures stay.';

create or replace function desk.maintenance(p_now timestamptz default now()) returns table (what text, count bigint)
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    perform pg_advisory_xact_lock(2026, 2); -- one at a time, but decisions go on
    for i in 0 .. 2 loop
        if desk.raw_partition(((p_now at time zone 'UTC')::date + make_interval(months => i))::date) then
            what := 'partitions made';
            count := 1;
            return next;
        end if;
    end loop;
    return query select * from desk.raw_expire(p_now);
    perform desk.lock_decisions(); -- the bytes are nobody's business but ours
    return query select * from desk.addresses_expire(p_now);
    return query select 'weeks of pressure forgotten, per recipient', desk.pressure_expire(p_now);
    return query select 'calls owed about suppressions', count(*) from desk_api.suppression_send(null, p_now) s where s.result = 'done';
    return query select 'feedback loops that fell silent', desk.watch_loops(p_now)::bigint;
    insert into audit (at, who, what, detail) values (p_now, session_user, 'maintenance', '{}');
end
$$;
comment on function desk.maintenance is 'Makes the next partitions and deletes what retention says; from a daily timer.';

create or replace function desk_api.health(p_now timestamptz default now())
returns table (outbox_oldest bigint, outbox_uncertain bigint, outbox_refused bigint, undecided_oldest bigint, quarantine_today bigint,
    actions_oldest bigint, deadlines_overdue bigint, hooks_failed bigint)
language sql stable security definer set search_path = desk, pg_temp as $$
    select
        coalesce((select extract(epoch from p_now - min(o.owed_at))::bigint from outbox_queue q join outbox o on o.id = q.outbox where q.due < 'infinity'), 0),
        (select count(*) from outbox where state = 'uncertain' and owed_at > p_now - interval '1 day'),
        (select count(*) from outbox where state in ('refused', 'expired') and owed_at > p_now - interval '1 day'),
        coalesce((select extract(epoch from p_now - min(m.stored_at))::bigint from undecided u join message m on m.id = u.message), 0),
        (select count(*) from message where (disposition = 'quarantine' or ack_reason = 'undecidable') and received_at > p_now - interval '1 day'),
        coalesce((select extract(epoch from p_now - min(created_at))::bigint from action where state = 'proposed'), 0),
        (select count(*) from "case" where state <> 'closed' and due_at < p_now - interval '15 minutes'
            and greatest(due_at, paused_until, snoozed_until) < p_now - interval '15 minutes'),
        (select count(*) from hook where state = 'failed' and owed_at > p_now - interval '1 day')
$$;
comment on function desk_api.health is 'The figures of `complaint check`: ages in seconds, counts of the last 24 hours.';
reset check_function_bodies;
