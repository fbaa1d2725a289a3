-- Feedback loops: what comes through them, and staff told once when one falls silent or
-- when reports come from one that nobody enrolled.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.note_loops(p_messages bigint[], p_facts desk.sending_fact[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    if exists (select from loop) then
        with used as materialized (
            select l.loop, (m.received_at at time zone 'UTC')::date as day, m.received_at
            from unnest(p_messages) q(id)
            cross join lateral (select m.id, m.received_at, m.from_address, m.report from message m
                where m.id = q.id and m.authenticated and m.kind in ('arf', 'jmrp') and m.disposition = 'complaint' limit 1) m
            left join (select f.message, min(f.loop) as loop from unnest(p_facts) f group by f.message) f on f.message = m.id
            cross join lateral (select coalesce(f.loop, (desk.loop_of(m.from_address,
                m.report->'mail'->'to', null, '[]', (m.received_at at time zone 'UTC')::date)).id) as loop) l
            where l.loop is not null
        ), counted as (
            insert into loop_day as d (loop, day, reports) select loop, day, count(*) from used group by loop, day order by loop, day
            on conflict (loop, day) do update set reports = d.reports + excluded.reports
        )
        update loop l set last_report_at = greatest(l.last_report_at, u.at), silent_told_at = null
        from (select loop, max(received_at) as at from used group by loop) u where l.id = u.loop;
    end if;

    insert into loop_stranger as s (sender, desk, first_at, last_at, reports)
    select q.sender, min(q.desk), min(q.received_at), max(q.received_at), count(*)
    from (select desk.address_domain(m.from_address) as sender, f.desk, m.received_at
        from unnest(p_facts) f
        cross join lateral (select m.from_address, m.received_at from message m where m.id = f.message limit 1) m
        where f.why_not = 'loop-not-enrolled') q
    where q.sender is not null
    group by q.sender order by q.sender
    on conflict (sender) do update set last_at = greatest(s.last_at, excluded.last_at), reports = s.reports + excluded.reports;
    if found then
        perform desk.tell_strangers(p_run, p_now);
    end if;
end
$$;
comment on function desk.note_loops is 'Counts the reports of enrolled loops, and notes who sends reports without being enrolled.';

drop function if exists desk.owe_loop(bigint, text, text, timestamptz);
create or replace function desk.owe_loop(p_desk bigint, p_occasion text, p_context jsonb, p_now timestamptz) returns int
language sql volatile security definer set search_path = desk, pg_temp as $$
    select desk.owe(array[row(p_occasion, 'loop', 'staff', p_desk, p_desk, desk.staff_address(p_desk), p_desk, 'Abuse desk',
        (desk.party_voice(p_desk)).language, p_context, '[]', null, 'auto-generated', 5)::desk.letter], p_now)
$$;
comment on function desk.owe_loop is 'One mail to staff about a feedback loop; an occasion is told once.';

create or replace function desk.tell_strangers(p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_told record;
begin
    -- At most 20 of them have a mail of their own; anyone can sign as a domain of his.
    for v_told in
        update loop_stranger set told_at = p_now
        where sender in (select sender from loop_stranger where told_at is null order by first_at, sender limit 20)
            and (select count(*) from loop_stranger where told_at > p_now - interval '1 day') < 20
        returning sender, desk, first_at
    loop
        perform desk.owe_loop(v_told.desk, 'loop stranger ' || v_told.sender,
            jsonb_build_object('loop_name', desk.defang(v_told.sender)), p_now);
    end loop;
end
$$;
comment on function desk.tell_strangers is 'Tells staff of senders of reports that are not enrolled, once each, 20 a day.';

-- An enrolment that has spoken and falls silent, or has never spoken.
create or replace function desk.watch_loops(p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_told record;
    v_count int := 0;
begin
    for v_told in
        with watched as (
            select l.id, greatest(l.last_report_at, l.since::timestamp at time zone 'UTC') as at, d.desk, desk.policy_number(d.desk, 'loop_silent_days')::int as days
            from "loop" l -- bare, the word would begin the body
            cross join lateral (select coalesce((select r.desk from sending_report r where r.loop = l.id order by r.message desc limit 1),
                (select p.id from party p where p.parent is null and p.kind = 'reseller' and p.left_at is null order by p.id limit 1)) as desk) d
            where l.ended_at is null and l.silent_told_at is null
                and l.since::timestamp at time zone 'UTC' < p_now - interval '1 day' and coalesce(l.last_report_at, '-infinity') < p_now - interval '1 day'
        )
        update "loop" l set silent_told_at = p_now
        from watched w where l.id = w.id and w.desk is not null and w.days > 0 and w.at < p_now - make_interval(days => w.days)
        returning l.id, l.provider, coalesce(l.network::text, l.domain) as scope, l.last_report_at, l.contact, w.desk, w.days
    loop
        perform desk.owe_loop(v_told.desk, 'loop ' || v_told.id || ' silent ' || to_char(p_now at time zone 'UTC', 'YYYY-MM-DD'),
            jsonb_build_object('loop_silent', true, 'loop_name', desk.defang(v_told.provider), 'loop_scope', v_told.scope, 'loop_days', v_told.days,
                'loop_last', desk.stamp(v_told.last_report_at), 'loop_contact', desk.clean(v_told.contact, 200)), p_now);
        v_count := v_count + 1;
    end loop;
    return v_count;
end
$$;
comment on function desk.watch_loops is 'Tells staff of enrolled loops without a report for policy loop_silent_days, once per silence; returns how many.';
reset check_function_bodies;
