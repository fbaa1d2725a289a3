-- desk_api: what the CSV files do not hold: hosts of ours, sending identifiers, daily volumes.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.resource_add(p_kind text, p_names text[], p_what text, p_party text, p_by text, p_now timestamptz)
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_party);
    v_name text;
    v_old resource;
begin
    if v_party is null then
        raise exception 'which party?' using errcode = 'invalid_parameter_value';
    end if;
    perform desk.lock_decisions();
    foreach v_name in array p_names loop
        v_name := case when p_kind = 'identifier' and p_what in ('feedback-id', 'header') then btrim(v_name) else rtrim(lower(btrim(v_name)), '.') end;
        target := v_name;
        select * into v_old from resource where kind = p_kind and name = v_name and ended_at is null and (p_kind = 'host' or identifier = p_what);
        if v_old.id is null then
            insert into resource (kind, name, party, role, identifier, registered_at)
            values (p_kind, v_name, v_party, case when p_kind = 'host' then p_what end, case when p_kind = 'identifier' then p_what end, p_now);
            detail := 'added';
        elsif v_old.party <> v_party then
            -- Another customer's from now on: what was said of it stays with the one before.
            perform desk.resource_left(array[v_old.id], 'changed hands', desk.who(p_by), p_now);
            update resource set ended_at = p_now where id = v_old.id;
            insert into resource (kind, name, party, role, identifier, registered_at) values (p_kind, v_name, v_party, v_old.role, v_old.identifier, p_now);
            detail := 'changed hands';
        else
            update resource set role = case when p_kind = 'host' then p_what end where id = v_old.id;
            detail := 'changed';
        end if;
        perform desk.audit_write(p_kind || ' ' || detail, desk.who(p_by), p_now, p_party => v_party, p_detail => jsonb_build_object('name', v_name, 'what', p_what));
        result := 'done';
        return next;
    end loop;
end
$$;
comment on function desk.resource_add is 'Adds hosts or identifiers to the inventory.';

create or replace function desk_api.host_add(p_names text[], p_role text, p_party text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.resource_add('host', p_names, p_role, p_party, p_by, p_now)
$$;
comment on function desk_api.host_add is 'Hosts of ours: role mail-redirection, web-redirection, web or smtp.';

create or replace function desk_api.identifier_add(p_names text[], p_kind text, p_party text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language sql volatile security definer set search_path = desk, pg_temp as $$
    select * from desk.resource_add('identifier', p_names, p_kind, p_party, p_by, p_now)
$$;
comment on function desk_api.identifier_add is 'Sending identifiers of a customer: dkim, list-id, feedback-id or header.';

create or replace function desk_api.inventory_remove(p_kind text, p_names text[], p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_name text;
    v_ids bigint[];
begin
    if p_kind is null or p_kind not in ('host', 'identifier') then
        raise exception 'kind "%": host or identifier', p_kind using errcode = 'invalid_parameter_value';
    end if;
    perform desk.lock_decisions();
    foreach v_name in array p_names loop
        target := v_name;
        v_ids := array(select id from resource where kind = p_kind and name in (v_name, lower(v_name)) and ended_at is null);
        result := case when cardinality(v_ids) > 0 then 'done' else 'refused' end;
        detail := case when cardinality(v_ids) > 0 then 'removed' else 'no such ' || p_kind end;
        perform desk.resource_left(v_ids, 'removed', desk.who(p_by), p_now);
        update resource set ended_at = p_now where id = any(v_ids);
        perform desk.audit_write(p_kind || ' removed', desk.who(p_by), p_now, p_detail => jsonb_build_object('name', v_name)) where cardinality(v_ids) > 0;
        return next;
    end loop;
end
$$;
comment on function desk_api.inventory_remove is 'Hosts or identifiers that are no longer ours.';

create or replace function desk_api.redirection_volume_set(p_rows jsonb, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
begin
    perform desk.lock_decisions();
    return query
    with row as (
        select lower(x.domain) as domain, x.day, max(x.mails) as mails from jsonb_to_recordset(p_rows) x(domain text, day date, mails bigint) group by 1, 2
    ), known as (
        select r.domain, r.day, r.mails, k.id from row r
        left join lateral (select k.id from resource k where k.kind = 'domain' and k.name = r.domain and k.ended_at is null limit 1) k on true
    ), written as (
        insert into redirection_volume (resource, day, mails) select id, day, mails from known where id is not null and mails >= 0 order by id, day
        on conflict (resource, day) do update set mails = excluded.mails
    )
    select coalesce(domain, ''), case when id is null or mails is null or mails < 0 then 'refused' else 'done' end,
        case when id is null then 'not ours' when mails is null or mails < 0 then 'no number of mails' else day || ': ' || mails end from known order by 1;
    perform desk.audit_write('redirection volumes set', desk.who(p_by), p_now, p_detail => jsonb_build_object('rows', jsonb_array_length(p_rows)));
    perform desk.watch_redirections(p_now);
    notify desk_work;
end
$$;
comment on function desk_api.redirection_volume_set is 'Daily figures [{domain, day, mails}] of redirections; imported twice is imported once. The daily-volume rule follows at once.';
reset check_function_bodies;
