-- desk_api: people's data, shown to their owner and emptied.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk_api.privacy_export(p_address text) returns json
language plpgsql stable security definer set search_path = desk, pg_temp as $$
declare
    v_address text := desk.address_normal(p_address);
begin
    return json_build_object('address', v_address,
        'complaints', (select coalesce(json_agg(json_build_object('domain', r.name, 'category', c.category, 'first', c.first_at, 'last', c.last_at, 'reports', c.reports)
            order by c.id), '[]') from complaint c join resource r on r.id = c.resource where c.complainant = v_address),
        'messages', (select coalesce(json_agg(json_build_object('message', m.id, 'received', m.received_at, 'kind', m.kind, 'subject', m.subject, 'text', m.report #>> '{mail,text}')
            order by m.id), '[]') from message m where m.reporter_address = v_address or m.from_address = v_address),
        'mails', (select coalesce(json_agg(json_build_object('kind', o.kind, 'owed', o.owed_at, 'state', o.state) order by o.id), '[]') from outbox o where o.recipient = v_address),
        'suppressed', (select coalesce(json_agg(json_build_object('sender', p.name, 'reason', s.reason, 'since', s.since) order by s.since), '[]')
            from suppression s join party p on p.id = s.party where s.address = v_address),
        'undelivered', (select coalesce(json_agg(json_build_object('at', b.at, 'class', b.class) order by b.id), '[]') from bounce b where b.recipient = v_address),
        'consent', (select coalesce(json_agg(json_build_object('sender', p.name, 'when', o.opted_in_at, 'form', o.form) order by o.id), '[]')
            from opt_in_proof o join "case" c on c.id = o."case" join party p on p.id = c.party where lower(o.recipient) = v_address),
        'reporter', (select row_to_json(t) from reporter t where t.address = v_address));
end
$$;
comment on function desk_api.privacy_export is 'Everything kept about an address, for its owner.';

create or replace function desk_api.privacy_erase(p_address text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_address text := desk.address_normal(p_address);
    v_pattern text;
    v_count int;
begin
    if not desk.address_sane(v_address) then
        raise exception '"%" is no address', p_address using errcode = 'invalid_parameter_value';
    end if;
    perform desk.lock_decisions();
    target := 'complaints';
    result := 'done';
    update complaint set complainant = null where complainant = v_address;
    get diagnostics v_count = row_count;
    detail := v_count || ' emptied, their keys stay';
    return next;
    return query select * from desk.sending_erase(v_address);

    -- His own mails are emptied; where somebody else names him, only the name goes.
    target := 'messages';
    v_pattern := regexp_replace(v_address, '([^a-z0-9@])', '\\\1', 'g');
    delete from raw_message w using message m where w.message = m.id
        and (m.reporter_address = v_address or m.from_address = v_address or m.report::text ~* v_pattern);
    update message m set subject = null,
        report = case when m.reporter_address = v_address or m.from_address = v_address then null
            else regexp_replace(m.report::text, v_pattern, 'erased@invalid.example', 'gi')::jsonb end,
        reporter_address = nullif(m.reporter_address, v_address), from_address = nullif(m.from_address, v_address)
    where m.decided_at is not null and (m.reporter_address = v_address or m.from_address = v_address or m.report::text ~* v_pattern);
    get diagnostics v_count = row_count;
    detail := v_count || ' emptied';
    return next;

    target := 'mails';
    update outbox set state = 'cancelled', reason = 'erased' where recipient = v_address and state in ('owed', 'held', 'deferred');
    update outbox set recipient = 'erased-' || id || '@invalid.example', recipient_name = null, context = '{}' where recipient = v_address and state <> 'sending';
    get diagnostics v_count = row_count;
    detail := v_count || ' emptied';
    return next;
    perform desk.audit_write('address erased', desk.who(p_by), p_now);
end
$$;
comment on function desk_api.privacy_erase is 'Empties an address everywhere; the keys stay, so that one complaint stays one.';
reset check_function_bodies;
