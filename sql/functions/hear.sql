-- Mails that are not complaints but mean something: bounces, answers, complaints about us.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.hear(p_messages bigint[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return;
end
$$;
comment on function desk.hear is 'Takes note of bounces, answers and complaints about our mails.';
create or replace function desk.start_actions(p_actions bigint[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
begin
    return;
end
$$;
