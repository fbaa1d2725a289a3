-- What follows from complaints: the ladder of a case, and the thresholds.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.ladder_step(p_party bigint, p_relation text, p_track text, p_step int)
returns table (action text, delay_days int, approval boolean, ground text)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_only_informs boolean := p_relation = 'registrar' and desk.policy_switch(p_party, 'registrar_inform_only');
    v_party bigint;
begin
    if v_only_informs and p_step > 1 then
        return;
    end if;
    v_party := (select l.party from party_closure c join ladder l on l.party = c.ancestor and l.relation = p_relation and l.track = p_track
        where c.descendant = p_party order by c.depth limit 1);
    return query
    select case when v_only_informs then 'inform' else l.action end, l.delay_days, l.approval, l.ground
    from ladder l
    where l.relation = p_relation and l.track = p_track and l.step = p_step and l.party is not distinct from v_party;
end
$$;
comment on function desk.ladder_step is 'The step of the ladder that holds for a party: its own rows, or the nearest above, or the default.';

-- Actions that are done by being written; everything else takes something away.
create or replace function desk.action_is_mail(p_kind text) returns boolean
language sql immutable parallel safe as $$
    select p_kind in ('warn', 'remind', 'whois-inquiry', 'inform', 'escalate')
$$;
comment on function desk.action_is_mail is 'Is this action nothing but a mail.';

create or replace function desk.mail_of_action(p_kind text) returns text
language sql immutable parallel safe as $$
    select case p_kind when 'warn' then 'warning' when 'remind' then 'reminder' when 'suspend' then 'suspension' when 'delete' then 'deletion'
        when 'reinstate' then 'reinstatement' when 'resume' then 'reinstatement' when 'escalate' then null when 'suppress' then null
        when 'cease' then null -- that mail went out at the crossing
        else p_kind end
$$;
comment on function desk.mail_of_action is 'The kind of mail that tells the chain of an action; null: none.';

create or replace function desk.take_steps(p_cases bigint[], p_run bigint, p_now timestamptz) returns int
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_steps desk.step[];
    v_proposed bigint[];
    v_kind text;
begin
    if coalesce(cardinality(p_cases), 0) = 0 then
        return 0;
    end if;

    -- Asleep, or paused by an answer, before its first step: that is due when it wakes.
    update "case" c set due_at = greatest(c.snoozed_until, c.paused_until)
    where c.id = any(p_cases) and c.step = 0 and c.due_at is null and c.state || '' <> 'closed' and c.track <> 'restricted'
        and greatest(c.snoozed_until, c.paused_until) > p_now;

    with due as materialized (
        select c.id, c.step + 1 as step, c.desk, c.resource, c.party, c.relation, c.track,
            coalesce(r.status, 'active') as status, coalesce(r.complaints, 0) as complaints,
            c.relation = 'web-redirection' and coalesce('web-redirection:unset' = any(r.services), false) as is_unset,
            -- Days are counted from the day that was due, or a daemon that wakes late would give more of them.
            case when c.step > 0 and c.due_at > p_now - interval '1 day' then c.due_at - interval '1 second' else p_now end as base,
            -- The days to correct begin with the first inquiry.
            case when c.track = 'whois' then desk.deadline(c.desk, desk.policy_number(c.party, 'whois_days')::int, coalesce((select min(a.created_at) from action a
                where a."case" = c.id and a.kind = 'whois-inquiry' and a.state = 'done' and a.created_at >= c.opened_at), p_now)) end as whois_end
        from unnest(p_cases) q(id)
        -- By the primary key: the index of open cases is small, and would be read whole for each.
        cross join lateral (select * from "case" c where c.id = q.id and c.state || '' <> 'closed' and c.track <> 'restricted'
            and (c.step = 0 or c.due_at <= p_now) and coalesce(c.paused_until, p_now) <= p_now
            and coalesce(c.snoozed_until, p_now) <= p_now limit 1) c
        left join lateral (select r.status, r.complaints, r.services from resource r where r.id = c.resource limit 1) r on true
    ), step as materialized (
        select d.*, nextval('desk.action_id_seq') as action_id, a.action, l.approval or not desk.action_is_mail(a.action) as approval, l.ground,
            case when not d.is_unset then desk.deadline(d.desk, n.delay_days, d.base) end as next_at
        from due d
        cross join lateral desk.ladder_step(d.party, d.relation, d.track, d.step) l
        cross join lateral (select case
            when d.track = 'whois' and l.action in ('suspend', 'delete') then desk.whois_remedy(d.party)
            when d.is_unset and l.action = 'warn' then 'inform' -- nothing is linked yet: explain, tell the owner
            else l.action end as action) a
        left join lateral desk.ladder_step(d.party, d.relation, d.track, d.step + 1) n on true
        where d.status = 'active'
    ), added as (
        insert into action (id, "case", resource, party, desk, kind, state, step, reason, figures, ground, created_at, decided_by, decided_at, done_at)
        select s.action_id, s.id, s.resource, s.party, s.desk, s.action, case when s.approval then 'proposed' else 'done' end, s.step,
            case when s.step = 1 then 'complained about: ' || s.relation else 'step ' || s.step || ' of the ladder for ' || s.relation end,
            jsonb_build_object('complaints', s.complaints), s.ground, p_now,
            case when not s.approval then 'policy' end, case when not s.approval then p_now end, case when not s.approval then p_now end
        from step s
        left join lateral (select true as waits from action a where a."case" = s.id and a.kind = s.action and a.state in ('proposed', 'approved', 'executing') limit 1) w on true
        where w.waits is null
        order by s.id
        returning id, "case", kind, state
    ), moved as (
        -- While the domain is down its step waits for it to come back; see desk.forgive().
        update "case" c set step = case when d.status = 'active' then d.step else c.step end, due_at = s.next_at, changed_at = p_now, paused_until = null,
            state = case when s.action in ('warn', 'remind', 'whois-inquiry') and not s.approval then 'waiting' else 'open' end,
            note = case when d.status <> 'active' then 'already-' || d.status else c.note end
        from due d left join step s on s.id = d.id
        where c.id = d.id
    ), noted as (
        insert into audit (at, who, what, "case", action, resource, party)
        select p_now, 'policy', s.action || case when a.state = 'proposed' then ' proposed' else ' done' end, s.id, a.id, s.resource, s.party
        from added a join step s on s.action_id = a.id
    )
    select array_agg(row(s.id, a.id, a.kind, s.step, s.desk, s.resource, s.party,
            -- The later of what was said and what will be done: a daemon that was away names no day that is over.
            coalesce(greatest(case when s.whois_end > p_now then s.whois_end end, s.next_at), case when s.action in ('warn', 'remind', 'whois-inquiry') then desk.deadline(s.desk, desk.policy_number(s.party, 'answer_days')::int, p_now) end),
            s.ground, null)::desk.step order by s.id) filter (where a.state = 'done'),
        array_agg(a.id order by a.id) filter (where a.state = 'proposed' or a.kind = 'escalate')
        into v_steps, v_proposed
    from added a join step s on s.action_id = a.id;

    for v_kind in select distinct kind from unnest(v_steps) where desk.mail_of_action(kind) is not null order by 1 loop
        perform desk.owe_chain(array(select s from unnest(v_steps) s where s.kind = v_kind), desk.mail_of_action(v_kind), p_run, p_now);
    end loop;
    perform desk.wait_for_approval(v_proposed, p_run, p_now);
    return coalesce(cardinality(v_steps), 0) + coalesce(cardinality(v_proposed), 0);
end
$$;
comment on function desk.take_steps is 'Takes the next step of these cases, where it is the first or due: mails go out, what takes something away is proposed.';

create or replace function desk.decide_due(p_now timestamptz) returns int
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off
as $$
declare
    v_cases bigint[];
    v_case bigint;
    v_taken int;
begin
    perform desk.owe_digests(p_now);
    select array_agg(id) into v_cases from (
        select id from "case" where state <> 'closed' and due_at is not null and due_at <= p_now
            and coalesce(paused_until, p_now) <= p_now and coalesce(snoozed_until, p_now) <= p_now
        order by due_at limit 500) c;
    if v_cases is null then
        return 0;
    end if;
    begin
        return desk.take_steps(v_cases, nextval('desk.run'), p_now);
    exception when data_exception or cardinality_violation or integrity_constraint_violation or program_limit_exceeded then
        -- One case is the cause: the others, and all mails, must not wait for it.
        v_taken := 0;
        foreach v_case in array v_cases loop
            begin
                v_taken := v_taken + desk.take_steps(array[v_case], nextval('desk.run'), p_now);
            exception when data_exception or cardinality_violation or integrity_constraint_violation or program_limit_exceeded then
                update "case" set due_at = null, state = 'open', note = 'step-failed', changed_at = p_now where id = v_case;
                perform desk.audit_write('step could not be taken', 'policy', p_now, v_case, p_detail => jsonb_build_object('error', sqlerrm));
            end;
        end loop;
        return v_taken;
    end;
end
$$;
comment on function desk.decide_due is 'Takes the steps whose day has come, 500 at a time.';

-- A domain's last two labels stand for the organisation: too few rather than too many, since what is too few is
-- looked at by a person.
create or replace function desk.complaining_organisations(p_resource bigint) returns bigint
language sql stable security definer set search_path = desk, pg_temp as $$
    select count(distinct substring(desk.address_domain(complainant) from '[^.]+[.][^.]+$'))
    from complaint where resource = p_resource and counts and state = 'standing'
$$;
comment on function desk.complaining_organisations is 'From how many organisations the counting complaints about a resource come.';

-- Proposed actions: carried out at once where the party's policy says auto (within the cap,
-- never for what is protected, never a deletion, never on one organisation's word); the rest is told to staff.
create or replace function desk.wait_for_approval(p_actions bigint[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_auto bigint[];
begin
    if coalesce(cardinality(p_actions), 0) = 0 then
        return;
    end if;
    select array_agg(id) into v_auto from (
        select a.id, a.desk, row_number() over (partition by a.desk order by a.id)
            + (select count(*) from action d where d.desk = a.desk and d.automatic and d.decided_at > p_now - interval '1 day') as nth
        from action a left join resource r on r.id = a.resource
        where a.id = any(p_actions) and a.state = 'proposed' and a.kind in ('suspend', 'stop-redirection', 'pause') and r.protected is null
            -- Who is paused is paused with all he has.
            and not exists (select from resource p where a.resource is null and p.party = a.party and p.protected is not null and p.ended_at is null)
            and desk.policy_switch(a.party, case a.kind when 'suspend' then 'auto_suspend' when 'pause' then 'auto_pause' else 'auto_stop' end)
            and not desk.policy_switch(a.desk, 'shadow')
            and (a.kind <> 'suspend' or not exists (select from "case" k where k.id = a."case" and k.track = 'abuse')
                or desk.complaining_organisations(a.resource) >= desk.policy_number(a.desk, 'auto_organisations'))
    ) c where c.nth <= desk.policy_number(c.desk, 'auto_daily_cap');
    if v_auto is not null then
        update action set state = 'approved', automatic = true, decided_by = 'policy', decided_at = p_now where id = any(v_auto);
        perform desk.start_actions(v_auto, p_now);
    end if;
    perform desk.owe_staff(array(select a.id from action a where a.id = any(p_actions) and a.kind = 'escalate' order by 1), 'deadline', p_run, p_now);
    perform desk.owe_staff(array(select a.id from action a where a.id = any(p_actions) and a.kind <> 'escalate' and not a.id = any(coalesce(v_auto, '{}')) order by 1),
        'escalation', p_run, p_now);
end
$$;
comment on function desk.wait_for_approval is 'Approves by policy what may be, and escalates the rest to staff.';

create or replace function desk.policy_least(p_name text) returns bigint
language sql stable security definer set search_path = desk, pg_temp as $$
    select min((value #>> '{}')::bigint) from policy where name = p_name
$$;
comment on function desk.policy_least is 'The least number that any party has: whoever is not above it is above none.';

create or replace function desk.policy_greatest(p_name text) returns bigint
language sql stable security definer set search_path = desk, pg_temp as $$
    select max((value #>> '{}')::bigint) from policy where name = p_name
$$;
comment on function desk.policy_greatest is 'The greatest number that any party has: whoever is above it is above all.';

create or replace function desk.watch_thresholds(p_said desk.said[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_actions bigint[];
    v_least bigint := desk.policy_least('suspend_above');
begin
    with touched as (
        select s.resource, min(s."case") as "case" from unnest(p_said) s
        where s.newly_counts and s.track = 'abuse' and s."case" is not null group by s.resource
    ), over as (
        select t."case", r.id as resource, r.party, r.name, r.counting, c.desk, c.ground, l.above
        from touched t
        cross join lateral (select * from resource r where r.id = t.resource limit 1) r
        cross join lateral (select c.desk, null::text as ground, c.relation, c.opened_at from "case" c where c.id = t."case" limit 1) c
        left join lateral (select true as known from action a where a."case" = t."case" and a.kind = 'suspend'
            and (a.state in ('proposed', 'approved', 'executing') or a.created_at >= c.opened_at and a.state <> 'cancelled') limit 1) w on true
        cross join lateral (select desk.policy_number(r.party, 'suspend_above') as above where r.counting > v_least and w.known is null) l
        where r.kind = 'domain' and r.status = 'active' and r.counting > v_least and r.counting > l.above
            and not (c.relation = 'registrar' and desk.policy_switch(r.party, 'registrar_inform_only'))
            and w.known is null
    ), added as (
        insert into action ("case", resource, party, desk, kind, state, reason, figures, created_at)
        select o."case", o.resource, o.party, o.desk, 'suspend', 'proposed',
            o.counting || ' counting complaints about ' || o.name || ', more than ' || o.above,
            jsonb_build_object('counting', o.counting, 'threshold', o.above), p_now
        from over o order by o.resource
        returning id, "case", resource, party
    ), noted as (
        insert into audit (at, who, what, "case", action, resource, party)
        select p_now, 'policy', 'suspend proposed', "case", id, resource, party from added
    )
    select array_agg(id order by id) into v_actions from added;
    perform desk.wait_for_approval(v_actions, p_run, p_now);
end
$$;
comment on function desk.watch_thresholds is 'More counting complaints than the policy bears: suspension is proposed, staff get an escalation mail; once per opening of a case.';

-- Cease-account mails, once per crossing, to customers and sub-resellers below the desk.
create or replace function desk.watch_cease(p_said desk.said[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_letters desk.letter[];
    v_over bigint[];
    v_desks bigint[];
    v_under bigint[];
    v_customer bigint := desk.policy_least('cease_customer_above');
    v_domains bigint := desk.policy_least('cease_reseller_domains_above');
    v_percent bigint := desk.policy_least('cease_reseller_percent_above');
    v_customer_most bigint := desk.policy_greatest('cease_customer_above');
    v_domains_most bigint := desk.policy_greatest('cease_reseller_domains_above');
    v_percent_most bigint := desk.policy_greatest('cease_reseller_percent_above');
begin
    if not exists (select from unnest(p_said) s where s.newly_counts) then
        return;
    end if;
    with touched as (
        select distinct s.desk, s.party from unnest(p_said) s where s.newly_counts
    ), below as (
        select distinct on (c.ancestor) c.ancestor as party, t.desk
        from touched t
        join party_closure d on d.descendant = t.party and d.ancestor = t.desk
        join party_closure c on c.descendant = t.party and c.depth < d.depth
        order by c.ancestor, t.desk
    ), looked as (
        select b.party, b.desk, f.ceased_at, desk.is_over_cease(b.party) as is_over
        from below b
        cross join lateral (select f.spamming, f.domains, f.ceased_at from party_figure f where f.party = b.party limit 1) f
        cross join lateral (select p.kind from party p where p.id = b.party limit 1) p
        -- Most are where they were, whatever their policy is: not above the least, or above the greatest.
        where case when f.ceased_at is null
            then case p.kind when 'customer' then f.spamming > v_customer else f.domains > v_domains and f.spamming::bigint * 100 > v_percent * f.domains end
            else case p.kind when 'customer' then f.spamming <= v_customer_most
                else f.domains <= v_domains_most or f.spamming::bigint * 100 <= v_percent_most * f.domains end end
    )
    select array_agg(party order by party) filter (where is_over and ceased_at is null), array_agg(desk order by party) filter (where is_over and ceased_at is null),
        array_agg(party order by party) filter (where not is_over and ceased_at is not null)
        into v_over, v_desks, v_under
    from looked;
    update party_figure f set ceased_at = null where f.party = any(v_under);
    if v_over is null then
        return;
    end if;
    update party_figure f set ceased_at = p_now where f.party = any(v_over);

    with crossed as (
        select u.party, u.desk, f.domains, f.complaints, f.spamming, p.name
        from unnest(v_over, v_desks) u(party, desk)
        cross join lateral (select f.domains, f.complaints, f.spamming from party_figure f where f.party = u.party limit 1) f
        cross join lateral (select p.name from party p where p.id = u.party limit 1) p
    ), action as (
        insert into action (party, desk, kind, state, reason, figures, created_at)
        select c.party, c.desk, 'cease', 'proposed',
            c.spamming || ' of ' || c.domains || ' domains of ' || c.name || ' are complained about',
            jsonb_build_object('domains', c.domains, 'spamming', c.spamming, 'complaints', c.complaints), p_now
        from crossed c order by c.party
        returning id, party, desk, reason
    ), noted as (
        insert into audit (at, who, what, action, party) select p_now, 'policy', 'cease-account mail owed', id, party from action
    ), letter as (
        select row('cease ' || a.id, 'cease', case p.kind when 'customer' then 'customer' else 'reseller' end, a.desk, p.parent,
            case p.kind when 'customer' then coalesce(v.username_email, v.abuse_email) else v.abuse_email end, p.id, v.name, v.language,
            desk.context_count((select jsonb_agg(desk.context_domain(r.id, null, null, 'spam', true) order by r.name) from (
                select r.id, r.name from party_closure c join resource r on r.party = c.descendant
                where c.ancestor = p.id and r.kind = 'domain' and r.ended_at is null and r.counting > 0 and r.status <> 'deleted'
                order by r.counting desc, r.name limit 20) r)) -- the worst; all of them are in the figures
            || desk.context_category('spam') || desk.context_figures(case p.kind when 'customer' then p.id end, case p.kind when 'reseller' then p.id end)
            || jsonb_build_object('complaints', (select complaints from party_figure where party = p.id), 'reason', a.reason,
                'ground', desk.policy_text(p.id, 'ground'), 'has_ground', desk.policy_text(p.id, 'ground') <> '',
                'threshold', desk.policy_number(p.id, case p.kind when 'customer' then 'cease_customer_above' else 'cease_reseller_percent_above' end)),
            jsonb_build_array(jsonb_build_object('action', a.id)), null, 'auto-generated', 4)::desk.letter as l
        from action a join party p on p.id = a.party cross join lateral desk.party_voice(p.id) v
    )
    select array_agg(l) into v_letters from letter;
    perform desk.owe(v_letters, p_now);
end
$$;
comment on function desk.watch_cease is 'Customers with more than 3 spamming domains, sub-resellers with more than 15 domains of which more than 8 % spam (policies): one mail per crossing.';

create or replace function desk.is_over_cease(p_party bigint) returns boolean
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (
    select case p.kind
        when 'customer' then f.spamming > desk.policy_number(p.id, 'cease_customer_above')
        else f.domains > desk.policy_number(p.id, 'cease_reseller_domains_above')
            and f.spamming::bigint * 100 > desk.policy_number(p.id, 'cease_reseller_percent_above') * f.domains end
    from party p join party_figure f on f.party = p.id where p.id = p_party);
end
$$;
comment on function desk.is_over_cease is 'Is this party above the cease threshold now.';

-- A redirection of a domain with an open case that passes on more mails a day than the policy
-- bears is proposed to be stopped; no further complaint is needed.
create or replace function desk.watch_redirections(p_now timestamptz, p_resources bigint[] default null) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_actions bigint[];
    v_since date := (p_now at time zone 'UTC')::date - 2;
    v_least bigint := desk.policy_least('redirection_mails_above');
begin
    with busy as (
        -- A complaint came: the few domains it is about. Figures came: all of them.
        select q.id as resource, v.mails from (select distinct unnest(p_resources) as id) q
        cross join lateral (select max(v.mails) as mails from redirection_volume v where v.resource = q.id and v.day >= v_since) v
        where v.mails > v_least
        union all
        select v.resource, max(v.mails) from redirection_volume v
        where p_resources is null and v.day >= v_since and v.mails > v_least group by v.resource
    ), over as (
        select c.id as case_id, r.id as resource, r.party, r.name, c.desk, b.mails, desk.policy_number(r.party, 'redirection_mails_above') as above
        from busy b
        cross join lateral (select r.id, r.party, r.name from resource r where r.id = b.resource and r.ended_at is null and 'mail-redirection' = any(r.services) limit 1) r
        cross join lateral (select c.id, c.desk, c.opened_at from "case" c where c.resource = r.id and c.track = 'abuse' and c.state || '' <> 'closed' limit 1) c
        where not exists (select from action a where a."case" = c.id and a.kind = 'stop-redirection'
            and (a.state in ('proposed', 'approved', 'executing') or a.created_at >= c.opened_at and a.state <> 'cancelled'))
    ), added as (
        insert into action ("case", resource, party, desk, kind, state, reason, figures, created_at)
        select o.case_id, o.resource, o.party, o.desk, 'stop-redirection', 'proposed',
            'the redirection of ' || o.name || ' passed on ' || o.mails || ' mails in a day, more than ' || o.above,
            jsonb_build_object('mails', o.mails, 'threshold', o.above), p_now
        from over o where o.mails > o.above order by o.resource
        returning id, "case", resource, party
    ), noted as (
        insert into audit (at, who, what, "case", action, resource, party)
        select p_now, 'policy', 'stop-redirection proposed', "case", id, resource, party from added
    )
    select array_agg(id order by id) into v_actions from added;
    perform desk.wait_for_approval(v_actions, nextval('desk.run'), p_now);
    return coalesce(cardinality(v_actions), 0);
end
$$;
comment on function desk.watch_redirections is 'The daily-volume rule for redirections, from imported figures: for these domains, or (null) for all.';

-- child-safety and authority go to a person.
create or replace function desk.watch_restricted(p_messages bigint[], p_said desk.said[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_case record;
begin
    for v_case in
        select s."case", s.category, m.desk, min(s.resource) as resource, min(m.id) as message, s.category = 'child-safety' or bool_or(m.authenticated
            and desk.policy_value(m.desk, 'authority_senders') ?| array[m.from_address, '@' || desk.address_domain(m.from_address)]) as is_urgent
        from unnest(p_said) s
        cross join lateral (select m.id, m.desk, m.authenticated, m.from_address from message m where m.id = s.message limit 1) m
        where s.track = 'restricted' and s.reports > 0 -- each report may be about something else; copies are not
        group by s."case", s.category, m.desk
        union all
        -- Nothing of ours in it: the fact alone goes to a person.
        select null, 'child-safety', m.desk, null, m.id, true
        from unnest(p_messages) q(id)
        cross join lateral (select m.id, m.desk from message m where m.id = q.id and m.folder = 'Restricted' limit 1) m
        where not exists (select from incident i where i.message = m.id and i.complaint is not null)
    loop
        if v_case.is_urgent then
            perform desk.owe_staff_note(v_case.desk, 'restricted M-' || v_case.message, case v_case.category when 'authority' then 'authority' else 'restricted' end,
                desk.context_one(v_case.resource, v_case."case", null, v_case.category, true)
                || jsonb_build_object('reference', coalesce('C-' || v_case."case", 'M-' || v_case.message))
                || (select jsonb_build_object('received', desk.stamp(m.received_at),
                        'subject', case when v_case.category = 'authority' then desk.clean(m.subject, 120) else '' end) from message m where m.id = v_case.message),
                jsonb_build_array(jsonb_build_object('case', v_case."case", 'resource', v_case.resource)), null, 1, p_now);
        else
            update "case" set note = 'unlisted-authority' where id = v_case."case";
        end if;
    end loop;
end
$$;
comment on function desk.watch_restricted is 'Child-safety reports, and authorities that are listed and authenticated, page staff at once; other claims of authority wait in the queue.';
reset check_function_bodies;
