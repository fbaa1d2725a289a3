-- What staff are told once a day.
set role complaint_owner;
set check_function_bodies = off;

-- Yesterday (a UTC day, as all daily figures are), from the hour that the desk wants, where it is.
create or replace function desk.owe_digests(p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_day date := (p_now at time zone 'UTC')::date - 1;
    v_desk bigint;
    v_mails jsonb;
    v_figures jsonb;
begin
    for v_desk in
        select distinct s.desk from daily_statistics s
        where s.day between v_day - 30 and v_day and not exists (select from digest d where d.desk = s.desk and d.day = v_day)
            and extract(hour from p_now at time zone (desk.party_voice(s.desk)).timezone) >= least(desk.policy_number(s.desk, 'digest_hour'), 23)
        order by 1
    loop
        insert into digest (desk, day) values (v_desk, v_day);
        continue when not desk.policy_switch(v_desk, 'digest');
        v_figures := desk.digest_figures(v_desk, v_day, p_now);
        -- Nothing came and nothing waits: no mail.
        if (v_figures->>'figure_messages')::bigint + (v_figures->>'figure_wanted')::bigint + (v_figures->>'figure_overdue')::bigint > 0 then
            perform desk.owe_staff_note(v_desk, 'day ' || v_day, 'digest', v_figures, '[]', null, 6, p_now);
        end if;
        select jsonb_build_object('has_quarantined', bool_or(m.disposition = 'quarantine'), 'has_undecidable', bool_or(m.disposition <> 'quarantine'),
            'mails', jsonb_agg(jsonb_build_object('reference', 'M-' || m.id, 'received', desk.stamp(m.received_at), 'reason', coalesce(m.reason, nullif(m.ack_reason, 'quarantined'), ''),
                'from', coalesce(desk.defang(m.from_address), ''), 'subject', desk.clean(m.subject, 80)) order by m.id)) into v_mails
            from (select m.* from message m where m.received_at >= v_day::timestamp at time zone 'UTC' and m.received_at < (v_day + 1)::timestamp at time zone 'UTC'
                and m.desk = v_desk and (m.disposition = 'quarantine' or m.ack_reason = 'undecidable') order by m.id limit 50) m
            having count(*) > 0;
        if v_mails is not null then
            perform desk.owe_staff_note(v_desk, 'day ' || v_day, 'quarantine',
                v_mails || jsonb_build_object('day', v_day::text) || desk.digest_quarantined(v_desk, v_day), '[]', null, 6, p_now);
        end if;
    end loop;
end
$$;
comment on function desk.owe_digests is 'Owes the digest of yesterday and the list of what was quarantined, once per desk and day.';

create or replace function desk.digest_quarantined(p_desk bigint, p_day date) returns jsonb
language sql stable as $$
    select jsonb_build_object('figure_quarantined', count(*)) from desk.message m
    where m.received_at >= p_day::timestamp at time zone 'UTC' and m.received_at < (p_day + 1)::timestamp at time zone 'UTC'
        and m.desk = p_desk and (m.disposition = 'quarantine' or m.ack_reason = 'undecidable')
$$;
comment on function desk.digest_quarantined is 'How many mails of a day were quarantined, or stand aside because no decision could be made.';

create or replace function desk.digest_figures(p_desk bigint, p_day date, p_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_from timestamptz := p_day::timestamp at time zone 'UTC';
    v_to timestamptz := (p_day + 1)::timestamp at time zone 'UTC';
begin
    return (
    select jsonb_build_object('day', p_day::text,
        'figure_messages', (select count(*) from message m where m.received_at >= v_from and m.received_at < v_to and m.desk = p_desk),
        'figure_complaints', (select count(distinct c.id) from message m join incident i on i.message = m.id join complaint c on c.id = i.complaint and c.message = m.id
            where m.received_at >= v_from and m.received_at < v_to and m.desk = p_desk),
        'figure_unanswered', (select count(*) from message m where m.received_at >= v_from and m.received_at < v_to and m.desk = p_desk
            and m.disposition = 'complaint' and m.ack = 'none' and m.kind in ('human', 'webform', 'notice')),
        'figure_cases_opened', (select count(*) from "case" c where c.desk = p_desk and c.opened_at >= v_from and c.opened_at < v_to),
        'figure_cases_closed', (select count(*) from "case" c where c.desk = p_desk and c.state = 'closed' and c.closed_at >= v_from and c.closed_at < v_to),
        'figure_cases_open', (select count(*) from "case" c where c.desk = p_desk and c.state <> 'closed'),
        'figure_overdue', (select count(*) from "case" c where c.desk = p_desk and c.state <> 'closed' and c.due_at < p_now
            and greatest(c.due_at, c.paused_until, c.snoozed_until) < p_now),
        'figure_wanted', (select count(*) from action a where a.desk = p_desk and a.state = 'proposed'),
        'figure_sent', (select count(*) from outbox o where o.owed_at >= v_from and o.owed_at < v_to and o.desk = p_desk and o.state = 'sent'),
        'figure_refused', (select count(*) from outbox o where o.owed_at >= v_from and o.owed_at < v_to and o.desk = p_desk and o.state in ('refused', 'expired', 'uncertain')),
        'figure_held', (select count(*) from outbox_queue q join outbox o on o.id = q.outbox where q.due = 'infinity' and o.desk = p_desk))
        || desk.digest_quarantined(p_desk, p_day));
end
$$;
comment on function desk.digest_figures is 'The figures of a day, and what waits for a person now.';
reset check_function_bodies;
