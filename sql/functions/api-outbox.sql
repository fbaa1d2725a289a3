-- desk_api: what staff may do to mails that are owed.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.outbox_change(p_ids bigint[], p_from text[], p_to text, p_reason text, p_what text, p_by text, p_now timestamptz)
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_id bigint;
    v_state text;
begin
    foreach v_id in array p_ids loop
        target := v_id::text;
        result := 'refused';
        perform from outbox_queue where outbox = v_id for update;
        select state into v_state from outbox where id = v_id for update;
        if v_state is null then
            detail := 'no such mail';
        elsif exists (select from outbox_queue where outbox = v_id and begun and lease_until > p_now) then
            detail := 'it is being sent';
        elsif not v_state = any(p_from) then
            detail := 'it is ' || v_state;
        else
            update outbox set state = p_to, next_attempt_at = p_now, reason = p_reason where id = v_id;
            perform desk.audit_write(p_what, desk.who(p_by), p_now, p_detail => jsonb_build_object('mail', v_id, 'reason', p_reason));
            result := 'done';
            detail := '';
        end if;
        return next;
    end loop;
    notify desk_work;
end
$$;
comment on function desk.outbox_change is 'Moves mails from one state to another, as staff may.';

create or replace function desk_api.outbox_retry(p_ids bigint[], p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.outbox_change(p_ids, array['deferred', 'refused', 'expired', 'uncertain', 'held'], 'owed', null, 'mail retried', p_by, p_now)
$$;
comment on function desk_api.outbox_retry is 'Sends these mails again, with the same Message-ID: a person has decided so.';

create or replace function desk_api.outbox_cancel(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.outbox_change(p_ids, array['owed', 'held', 'deferred'], 'cancelled', coalesce(p_reason, 'by staff'), 'mail cancelled', p_by, p_now)
$$;
comment on function desk_api.outbox_cancel is 'Mails that have not left never will.';

create or replace function desk_api.outbox_hold(p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
begin
    target := 'outbox';
    result := 'done';
    detail := desk.outbox_hold(coalesce(p_reason, 'held by ' || desk.who(p_by)), p_now) || ' mails held';
    return next;
end
$$;
comment on function desk_api.outbox_hold is 'Holds everything owed.';

create or replace function desk_api.outbox_release(p_ids bigint[] default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
    v_count int;
begin
    if p_ids is not null then
        return query select * from desk.outbox_change(p_ids, array['held'], 'owed', null, 'mail released', p_by, p_now);
        return;
    end if;
    update breaker set closed_at = p_now where closed_at is null;
    update outbox o set state = 'owed', next_attempt_at = p_now, reason = null from outbox_queue q
        where q.due = 'infinity' and o.id = q.outbox and o.state = 'held'; -- by the key: the mails of years are not read
    get diagnostics v_count = row_count;
    perform desk.audit_write('outbox released', desk.who(p_by), p_now, p_detail => jsonb_build_object('mails', v_count));
    notify desk_work;
    target := 'outbox';
    result := 'done';
    detail := v_count || ' mails released';
    return next;
end
$$;
comment on function desk_api.outbox_release is 'Releases held mails: these; or all, and with them the circuit breaker.';
reset check_function_bodies;
