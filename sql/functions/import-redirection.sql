-- Import of what the redirections passed on each day.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.import_redirections(p_dry_run boolean, p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
begin
    insert into import_error
    select s.line, e.col, e.detail
    from import_stage s
    left join resource r on r.kind = 'domain' and r.ended_at is null and r.name = rtrim(lower(s.domain), '.')
    cross join lateral (values
        ('domain', 'is missing', s.domain is null),
        ('domain', format('"%s" is not known: import domains first', s.domain), s.domain is not null and r.id is null),
        ('day', 'is missing', s.day is null),
        ('day', format('"%s" is no date (2026-03-01)', s.day), s.day is not null and (desk.import_date(s.day) is null or length(s.day) <> 10)),
        ('day', format('"%s" is in the future', s.day), desk.import_date(s.day) > (p_now at time zone 'UTC')::date),
        ('mails', 'is missing', s.mails is null),
        ('mails', format('"%s" is no number of mails', s.mails), s.mails is not null and desk.import_number(s.mails) is null)
    ) e(col, detail, bad)
    where e.bad;
    insert into import_error
    select s.line, 'day', format('the same domain and day stand in line %s already', s.first)
    from (select n.line, min(n.line) over (partition by rtrim(lower(n.domain), '.'), desk.import_date(n.day)) as first from import_stage n) s
    where s.line <> s.first and not exists (select from import_error);
    if exists (select from import_error) then
        return;
    end if;

    create temp table import_row on commit drop as
    select s.line, r.id as resource, desk.import_date(s.day) as day, desk.import_number(s.mails) as mails, v.mails as was,
        case when v.mails is null then 'added' when v.mails <> desk.import_number(s.mails) then 'changed' else 'unchanged' end as what
    from import_stage s
    join resource r on r.kind = 'domain' and r.ended_at is null and r.name = rtrim(lower(s.domain), '.')
    left join redirection_volume v on v.resource = r.id and v.day = desk.import_date(s.day);
    return query select 'changed', r.line, 'mails', format('%s -> %s', r.was, r.mails) from import_row r where r.what = 'changed' order by r.line limit 1000;
    insert into redirection_volume (resource, day, mails)
    select resource, day, mails from import_row where what <> 'unchanged' order by 1, 2
    on conflict (resource, day) do update set mails = excluded.mails;
    if not p_dry_run then
        perform desk.watch_redirections(p_now);
        notify desk_work;
    end if;
    return query select r.what, null::int, null::text, count(*)::text from import_row r group by r.what order by r.what;
end
$$;
comment on function desk.import_redirections is 'Second half of import_finish() for redirections: mails passed on per domain and UTC day. The daily-volume rule follows at once.';

reset check_function_bodies;
