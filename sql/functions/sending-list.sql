-- Signs of a bought list: spam traps written to, recipients that do not exist, bad practice. One
-- may be bad luck; two together propose a pause.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.import_traps(p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
begin
    insert into import_error
    select s.line, e.col, e.detail
    from import_stage s
    cross join lateral (values
        ('address', 'is missing', s.address is null),
        ('address', format('"%s" is neither an address nor @domain', s.address),
            not desk.address_sane(case when s.address like '@%' then 'x' else '' end || lower(btrim(s.address)))),
        ('operator', 'is missing', s.operator is null),
        ('ended', format('"%s" is no date (2026-03-01)', s.ended), s.ended is not null and desk.import_date(s.ended) is null)
    ) e(col, detail, bad)
    where e.bad;
    insert into import_error
    select s.line, 'address', format('stands in line %s already', s.first)
    from (select n.line, n.address, min(n.line) over (partition by lower(btrim(n.address))) as first from import_stage n where n.address is not null) s
    where s.line <> s.first;
    if exists (select from import_error) then
        return;
    end if;
    return query
    with given as materialized (
        select lower(btrim(s.address)) as address, desk.clean(s.operator, 200) as operator, desk.import_date(s.ended)::timestamp at time zone 'UTC' as ended_at
        from import_stage s
    ), known as materialized (
        select g.*, t.id is not null as is_known, (t.operator, t.ended_at) is not distinct from (g.operator, g.ended_at) as is_same
        from given g left join spam_trap t on t.address = g.address
    ), kept as (
        insert into spam_trap (address, hash, operator, added_at, ended_at)
        select k.address, case when k.address not like '@%' then desk.recipient_hash(k.address) end, k.operator, p_now, k.ended_at from known k where not k.is_same
        on conflict (address) do update set operator = excluded.operator, ended_at = excluded.ended_at
    )
    select case when not k.is_known then 'added' when k.is_same then 'unchanged' else 'changed' end, null::int, null::text, count(*)::text
    from known k group by 1 order by 1;
end
$$;
comment on function desk.import_traps is 'Second half of import_finish() for traps: addresses nobody signed up with.';

create or replace function desk.trap_of(p_address text, p_hash text) returns bigint
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (select t.id from (
            select t.id from spam_trap t where t.hash = p_hash and t.ended_at is null
            union all
            select t.id from spam_trap t where t.address = p_address and t.ended_at is null
            union all
            select t.id from spam_trap t where t.address = '@' || desk.address_domain(p_address) and t.ended_at is null) t limit 1);
end
$$;
comment on function desk.trap_of is 'The trap that an address, or the hash in a token, is.';

create or replace function desk.list_signs(p_party bigint, p_now timestamptz,
    out since date, out mails bigint, out traps bigint, out hits bigint, out invalid bigint, out percent numeric, out score int, out signs text[])
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_today date := (p_now at time zone 'UTC')::date;
begin
    -- What was sent before a case was closed has had its consequence.
    since := greatest(v_today - 29, (select max((c.closed_at at time zone 'UTC')::date) + 1 from "case" c
        where c.party = p_party and c.resource is null and c.relation = 'sending' and c.state = 'closed' and c.merged_into is null));
    mails := coalesce((select sum(v.mails) from sent_volume v where v.party = p_party and v.day >= since), 0);
    select count(*), coalesce(sum(h.hits), 0) into traps, hits
        from spam_trap_hit h where h.party = p_party and h.last_at >= since::timestamp at time zone 'UTC';
    invalid := coalesce((select sum(i.recipients) from sending_invalid i where i.party = p_party and i.day >= since), 0);
    percent := round(100.0 * invalid / nullif(mails, 0), 2);
    score := (select round(100.0 * sum(s.yes) / nullif(sum(s.yes + s.no), 0)) from sending_practice s where s.party = p_party and s.day >= since);
    signs := array_remove(array[
        case when traps >= nullif(desk.policy_number(p_party, 'list_traps'), 0) then 'traps' end,
        case when mails >= desk.policy_number(p_party, 'list_minimum') and invalid > 0
            and invalid * 100 >= nullif(desk.policy_number(p_party, 'list_invalid_percent'), 0) * mails then 'invalid' end,
        case when score < desk.policy_number(p_party, 'list_practice') then 'practice' end], null);
end
$$;
comment on function desk.list_signs is 'What the last 30 days, or those since a case was closed, say of a customer''s list.';

create or replace function desk.list_sentence(p_signs text[], p_traps bigint, p_invalid bigint, p_mails bigint, p_percent numeric, p_score int) returns text
language sql immutable as $$
    select 'signs of a bought list: ' || concat_ws('; ',
        case when 'traps' = any(p_signs) then p_traps || case p_traps when 1 then ' spam trap' else ' spam traps' end || ' written to' end,
        case when 'invalid' = any(p_signs) then p_invalid || ' recipients of ' || p_mails || ' mails do not exist, ' || p_percent || ' per hundred' end,
        case when 'practice' = any(p_signs) then 'good practice ' || p_score || ' of 100' end)
$$;
comment on function desk.list_sentence is 'The signs in words.';

create or replace function desk.watch_lists(p_parties bigint[], p_run bigint, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    if coalesce(cardinality(p_parties), 0) = 0 then
        return 0;
    end if;
    return desk.propose_pauses(array(
        select jsonb_build_object('party', u.party, 'day', (p_now at time zone 'UTC')::date, 'level', 'pause', 'sentence', desk.list_sentence(s.signs, s.traps, s.invalid, s.mails, s.percent, s.score),
            'traps', s.traps, 'invalid', s.invalid, 'mails', s.mails, 'percent', s.percent, 'score', s.score, 'signs', to_jsonb(s.signs))
        from (select distinct p from unnest(p_parties) p where p is not null) u(party)
        cross join lateral desk.list_signs(u.party, p_now) s
        where cardinality(s.signs) >= nullif(desk.policy_number(u.party, 'list_signs'), 0) and not desk.is_paused(u.party)
        order by u.party), p_run, p_now);
end
$$;
comment on function desk.watch_lists is 'Customers whose list has as many signs as the policy bears: a case and a warning, and a pause proposed.';
reset check_function_bodies;
