-- Staff submit lines as themselves.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk_api.submit(p_lines jsonb, p_desk text default null, p_by text default null, p_now timestamptz default now())
returns table (line int, domain text, complainant text, result text, reason text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.submit(desk.desk_id(p_desk), desk.who(p_by), p_lines, p_now)
$$;
comment on function desk_api.submit is 'Takes lines [{line, domain, complainant}] for a desk and says of each: new, repeat or refused and why.';
reset check_function_bodies;
