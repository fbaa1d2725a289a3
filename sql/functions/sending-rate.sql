-- Complaint rates: reports received on UTC day D per thousand mails sent on day D, and what
-- follows when a policy says that it is too much.
set role complaint_owner;
set check_function_bodies = off;

-- One row per address and provider, and one per provider with all addresses together (address
-- null): reports that do not tell the address count there too.
create or replace function desk.rates(p_party bigint, p_day date)
returns table (provider text, address inet, mails bigint, reports bigint)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return query
    with volume as (
        select v.provider, v.address, sum(v.mails)::bigint as mails from sent_volume v where v.party = p_party and v.day = p_day
        group by grouping sets ((v.provider, v.address), (v.provider))
    )
    select v.provider, v.address, v.mails, coalesce(r.reports, 0)
    from volume v
    cross join lateral (select sum(d.reports)::bigint as reports from sending_day d
        where d.party = p_party and d.day = p_day and d.provider = v.provider and (v.address is null or d.address = v.address)) r;
end
$$;
comment on function desk.rates is 'Mails and complaints of a customer on a UTC day.';

create or replace function desk.permille(p_reports bigint, p_mails bigint) returns numeric
language sql immutable parallel safe as $$
    select case when p_mails > 0 then round(p_reports * 1000.0 / p_mails, 2) end
$$;
comment on function desk.permille is 'Complaints per thousand mails; null where nothing is known to have been sent.';

create or replace function desk.rate_level(p_party bigint, p_reports bigint, p_mails bigint) returns text
language plpgsql stable security definer set search_path = desk, pg_temp as $$
begin
    return case
        when p_mails is null then 'no-volume'
        when p_mails < desk.policy_number(p_party, 'rate_minimum') then 'too-few'
        when p_reports * 1000 >= desk.policy_decimal(p_party, 'rate_pause_permille') * p_mails then 'pause'
        when p_reports * 1000 >= desk.policy_decimal(p_party, 'rate_warn_permille') * p_mails then 'warn'
        else 'good' end;
end
$$;
comment on function desk.rate_level is 'What a rate means under the policies of a customer: good warn pause, too-few, no-volume.';

create or replace function desk.is_paused(p_party bigint) returns boolean
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return coalesce((select a.kind = 'pause' from action a where a.party = p_party and a.kind in ('pause', 'resume') and a.state = 'done'
        order by a.done_at desc, a.id desc limit 1), false);
end
$$;
comment on function desk.is_paused is 'Has the sending of this customer been paused, and not been resumed since.';

create or replace function desk.watch_rates(p_parties bigint[], p_days date[], p_run bigint, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_over jsonb[];
    v_least numeric := (select least(min((value #>> '{}')::numeric) filter (where name = 'rate_warn_permille'),
        min((value #>> '{}')::numeric) filter (where name = 'rate_pause_permille')) from policy where name in ('rate_warn_permille', 'rate_pause_permille'));
begin
    -- The worst of each customer; one that is already being dealt with is left out below.
    v_over := array(
        select distinct on (u.party) jsonb_build_object('party', u.party, 'day', u.day, 'provider', r.provider, 'address', host(r.address),
            'mails', r.mails, 'reports', r.reports, 'level', l.level, 'permille', desk.permille(r.reports, r.mails))
        from unnest(p_parties, p_days) u(party, day)
        cross join lateral desk.rates(u.party, u.day) r
        cross join lateral (select desk.rate_level(u.party, r.reports, r.mails) as level where r.reports > 0 and r.reports * 1000 >= v_least * r.mails) l
        -- What still comes in about a customer who is paused already has had its consequence.
        where l.level in ('warn', 'pause') and not desk.is_paused(u.party)
        order by u.party, l.level = 'pause' desc, r.reports * 1.0 / r.mails desc, r.provider, r.address);
    return desk.propose_pauses(v_over, p_run, p_now);
end
$$;
comment on function desk.watch_rates is 'Customers whose rate on one of these days is too high: one case and one warning each, and a pause proposed.';

create or replace function desk.propose_pauses(p_over jsonb[], p_run bigint, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_actions bigint[];
begin
    if cardinality(p_over) = 0 then
        return 0;
    end if;
    perform desk.open_rate_cases(p_over, p_now);
    perform desk.take_steps(array(select c.id from unnest(p_over) o cross join lateral (select c.id from "case" c
        where c.party = (o->>'party')::bigint and c.resource is null and c.track = 'abuse' and c.state <> 'closed' and c.step = 0 limit 1) c order by 1), p_run, p_now);

    with over as (
        select o, c.id as "case", c.desk, c.party from unnest(p_over) o
        cross join lateral (select c.* from "case" c where c.party = (o->>'party')::bigint and c.resource is null and c.track = 'abuse' and c.state <> 'closed' limit 1) c
        left join lateral (select true as known from action a where a."case" = c.id and a.kind = 'pause'
            and (a.state in ('proposed', 'approved', 'executing') or a.created_at >= c.opened_at and a.state <> 'cancelled') limit 1) w on true
        where o->>'level' = 'pause' and w.known is null
    ), added as (
        insert into action ("case", party, desk, kind, state, reason, figures, created_at)
        select "case", party, desk, 'pause', 'proposed', coalesce(o->>'sentence', desk.rate_sentence(o)), o - 'party' - 'sentence', p_now from over order by party
        returning id, "case", party
    ), noted as (
        insert into audit (at, who, what, "case", action, party) select p_now, 'policy', 'pause proposed', "case", id, party from added
    )
    select array_agg(id order by id) into v_actions from added;
    perform desk.wait_for_approval(v_actions, p_run, p_now);
    return cardinality(p_over);
end
$$;
comment on function desk.propose_pauses is 'One case and one warning for each of these customers, and where the level is "pause" a pause proposed.';

create or replace function desk.rate_sentence(p_rate jsonb) returns text
language sql immutable as $$
    select (p_rate->>'reports') || ' complaints about ' || (p_rate->>'mails') || ' mails' || coalesce(' from ' || (p_rate->>'address'), '')
        || ' to ' || (p_rate->>'provider') || ' on ' || (p_rate->>'day') || ', ' || (p_rate->>'permille') || ' per thousand'
$$;
comment on function desk.rate_sentence is 'A rate in words.';

-- Loops alone open no case below the rates; when a rate is passed what was complained about joins it.
create or replace function desk.open_rate_cases(p_over jsonb[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    with wanted as materialized (
        select (o->>'party')::bigint as party, (o->>'day')::date as day, k.id as open, z.id as closed,
            coalesce(d.desk, (select c.ancestor from party_closure c where c.descendant = (o->>'party')::bigint order by c.depth desc limit 1)) as desk
        from unnest(p_over) o
        left join lateral (select c.id from "case" c where c.party = (o->>'party')::bigint and c.resource is null and c.track = 'abuse' and c.state <> 'closed' limit 1) k on true
        left join lateral (select c.id, c.closed_at from "case" c where c.party = (o->>'party')::bigint and c.resource is null and c.track = 'abuse'
            and c.state = 'closed' and c.merged_into is null order by c.id desc limit 1) z on true
        left join lateral (select s.desk from sending_report s where s.party = (o->>'party')::bigint and s.day = (o->>'day')::date limit 1) d on true
        -- What was sent before a case was closed has had its consequence.
        where k.id is null and (z.id is null or (z.closed_at at time zone 'UTC')::date < (o->>'day')::date)
    ), opened as (
        insert into "case" (desk, track, party, relation, category, opened_at, changed_at, last_complaint_at)
        select desk, 'abuse', party, 'sending', 'spam', p_now, p_now, p_now from wanted where closed is null order by party
        returning id, party
    ), reopened as (
        update "case" c set state = 'open', outcome = null, closed_at = null, step = 0, due_at = null, paused_until = null, paused_step = null,
            snoozed_until = null, opened_at = p_now, changed_at = p_now, repeat_offender = true, last_complaint_at = p_now, relation = 'sending', category = 'spam', note = null
        from wanted w where c.id = w.closed
        returning c.id, c.party
    ), joined as (
        select id, party from opened union all select id, party from reopened
    ), noted as (
        insert into audit (at, who, what, "case", party)
        select p_now, 'policy', 'case opened', id, party from opened union all select p_now, 'policy', 'case reopened', id, party from reopened
    )
    update complaint k set "case" = b.id
    from joined b
    -- By receipt: a report may be about a mail of last year.
    cross join lateral (select min(s.message) as message from sending_report s where s.party = b.party and s.day > (p_now at time zone 'UTC')::date - 30) f
    join resource r on r.party = b.party
    where k.resource = r.id and k."case" is null and k.relation = 'sending' and k.last_message >= f.message;
end
$$;
comment on function desk.open_rate_cases is 'Opens or reopens the case of each customer over a rate, or whose list looks bought.';
reset check_function_bodies;
