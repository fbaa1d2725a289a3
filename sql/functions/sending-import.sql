-- Import for the bulk-mail provider's desk: sent volumes, sending identifiers, enrolments.
-- Like the others they are called by desk.import_finish() and fill import_error.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.import_number(p_text text) returns bigint
language sql immutable parallel safe as $$
    select case when p_text ~ '^[0-9]{1,15}$' then p_text::bigint end
$$;
comment on function desk.import_number is 'A number without sign; null: it is none.';

-- A volume replaces what was imported for the same customer, address, provider and day: a file
-- imported twice is imported once, and a corrected one corrects.
create or replace function desk.import_volumes(p_dry_run boolean, p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_parties bigint[];
    v_days date[];
begin
    insert into import_error
    select s.line, e.col, e.detail, case when e.col = 'customer' then s.customer end, case when e.col = 'customer' then 'party' end
    from import_stage s
    left join party p on p.ref = s.customer
    cross join lateral (values
        ('customer', 'is missing', s.customer is null),
        ('customer', format('"%s" is not known: import parties first', s.customer), s.customer is not null and p.id is null),
        ('address', 'is missing', s.address is null),
        ('address', format('"%s" is no address', s.address), s.address is not null and desk.to_inet(s.address) is null),
        ('provider', 'is missing', s.provider is null),
        ('day', 'is missing', s.day is null),
        ('day', format('"%s" is no date (2026-03-01)', s.day), s.day is not null and (desk.import_date(s.day) is null or length(s.day) <> 10)),
        ('day', format('"%s" is in the future', s.day), desk.import_date(s.day) > (p_now at time zone 'UTC')::date),
        ('mails', 'is missing', s.mails is null),
        ('mails', format('"%s" is no number of mails', s.mails), s.mails is not null and desk.import_number(s.mails) is null)
    ) e(col, detail, bad)
    where e.bad;
    insert into import_error
    select s.line, 'day', format('the same customer, address, provider and day stand in line %s already', s.first)
    from (select n.line, min(n.line) over (partition by n.customer, desk.to_inet(n.address), lower(n.provider), desk.import_date(n.day)) as first from import_stage n) s
    where s.line <> s.first and not exists (select from import_error);
    if exists (select from import_error) then
        return;
    end if;

    create temp table import_row on commit drop as
    select s.line, p.id as party, desk.to_inet(s.address) as address, lower(s.provider) as provider, desk.import_date(s.day) as day, desk.import_number(s.mails) as mails,
        case when v.mails is null then 'added' when v.mails <> desk.import_number(s.mails) then 'changed' else 'unchanged' end as what, v.mails as was
    from import_stage s
    join party p on p.ref = s.customer
    left join sent_volume v on v.party = p.id and v.address = desk.to_inet(s.address) and v.provider = lower(s.provider) and v.day = desk.import_date(s.day);
    return query select 'changed', r.line, 'mails', format('%s -> %s', r.was, r.mails) from import_row r where r.what = 'changed' order by r.line limit 1000;
    insert into sent_volume (party, address, provider, day, mails)
    select party, address, provider, day, mails from import_row where what <> 'unchanged' order by 1, 2, 3, 4
    on conflict (party, address, provider, day) do update set mails = excluded.mails;
    -- Volumes come after the complaints of their day: now the rates can be known.
    if not p_dry_run then
        select array_agg(party order by party, day), array_agg(day order by party, day) into v_parties, v_days
        from (select distinct party, day from import_row where what <> 'unchanged' and day >= (p_now at time zone 'UTC')::date - 7) d;
        perform desk.watch_rates(coalesce(v_parties, '{}'), coalesce(v_days, '{}'), nextval('desk.run'), p_now);
        notify desk_work;
    end if;
    return query select r.what, null::int, null::text, count(*)::text from import_row r group by r.what order by r.what;
end
$$;
comment on function desk.import_volumes is 'Second half of import_finish() for volumes: mails sent per customer, address, provider and UTC day.';

create or replace function desk.import_loops(p_by text, p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
begin
    insert into import_error
    select s.line, e.col, e.detail
    from import_stage s
    cross join lateral (values
        ('provider', 'is missing', s.provider is null),
        ('provider', format('"%s" is no domain name', s.provider), lower(s.provider) !~ '^[a-z0-9][a-z0-9.-]*$'),
        ('sender', format('"%s" is neither a domain name nor an address', s.sender), lower(s.sender) !~ '^([^@[:space:][:cntrl:]<>]+@|[.])?[a-z0-9][a-z0-9.-]*$'),
        ('scope', 'is missing', s.scope is null),
        ('scope', format('"%s" is neither a network (192.0.2.0/24) nor a domain', s.scope),
            desk.import_network(s.scope) is null and s.scope !~ '^[A-Za-z0-9]([A-Za-z0-9-]*[.])+[A-Za-z0-9-]+$'),
        ('alias', format('"%s" is no address', s.alias), not desk.import_is_address(s.alias)),
        ('since', format('"%s" is no date (2026-03-01)', s.since), s.since is not null and desk.import_date(s.since) is null)
    ) e(col, detail, bad)
    where e.bad;
    if exists (select from import_error) then
        return;
    end if;
    return query
    select split_part(a.detail, ' ', 1), null::int, null::text, count(*)::text
    from (select * from import_stage s order by s.line offset 0) s
    cross join lateral desk_api.loop_add(s.provider, s.scope, s.sender, s.alias, desk.import_date(s.since), s.contact, p_by, p_now) a
    group by 1 order by 1;
end
$$;
comment on function desk.import_loops is 'Second half of import_finish() for loops: enrolments, known ones stay.';
reset check_function_bodies;
