-- Marketing pressure: mails per recipient and week, where the tokens of the mails tell.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.note_pressure(p_party bigint, p_tokens text[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
begin
    insert into sending_pressure as s (party, week, recipient, mails)
    select p_party, date_trunc('week', p_now at time zone 'UTC')::date, t.recipient, count(*)
    from unnest(p_tokens) w(token) cross join lateral (select split_part(w.token, '-', 4) as recipient) t
    where t.recipient <> '0'
    group by t.recipient order by t.recipient
    on conflict (party, week, recipient) do update set mails = s.mails + excluded.mails;
end
$$;
comment on function desk.note_pressure is 'Counts a mail for each recipient of these tokens.';

create or replace function desk.pressure_expire(p_now timestamptz) returns bigint
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_count bigint;
begin
    delete from sending_pressure where week < (p_now at time zone 'UTC')::date - 91;
    get diagnostics v_count = row_count;
    return v_count;
end
$$;
comment on function desk.pressure_expire is 'Forgets how often each recipient was written to more than 13 weeks ago.';
reset check_function_bodies;
