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
        'written', (select coalesce(json_agg(json_build_object('sender', p.name, 'week', w.week, 'mails', w.mails) order by w.week, p.name), '[]')
            from sending_pressure w join party p on p.id = w.party where w.recipient = desk.recipient_hash(v_address)),
        'unreachable', (select json_build_object('since', u.since, 'last', u.last_at, 'status', u.status) from undeliverable u where u.address = v_address),
        'reporter', (select row_to_json(t) from reporter t where t.address = v_address));
end
$$;
comment on function desk_api.privacy_export is 'Everything kept about an address, for its owner.';

-- An address as it may stand in a text, in JSON or in a link: plain, defanged or percent-encoded, and not as a part of
-- somebody else's. What stands before it is the first group.
create or replace function desk.address_pattern(p_address text) returns text
language sql immutable parallel safe as $$
    select '(^|\\[bfnrt]|%[0-9a-f]{2}|[^a-z0-9._+-])' || replace(regexp_replace(split_part(p_address, '@', 1), '([].*+?^${}()|/\\[-])', '\\\1', 'g'), '\.', '(?:\.|\[\.\])')
        || '(?:@|%40|\[@\])' || replace(replace(split_part(p_address, '@', 2), '-', '\-'), '.', '(?:\.|\[\.\])') || '(?![a-z0-9-]|\.[a-z0-9])'
$$;
comment on function desk.address_pattern is 'A regular expression (without case) for an address wherever it stands.';

-- Where people's own words, or words about them, are kept.
create or replace function desk.places_of_words() returns table (place text, col text, kind text, number text)
language sql immutable parallel safe as $$
    values ('outbox', 'occasion', 'text', 'id'), ('sending_report', 'report_id', 'text', 'message || ''-'' || no'),
        ('message', 'report', 'jsonb', null), ('message', 'subject', 'text', null), ('message', 'submitted_by', 'text', null), ('message', 'message_id', 'text', null),
        ('incident', 'why', 'text', null), ('incident', 'report_id', 'text', null), ('incident_also', 'why', 'text', null), ('bounce', 'diagnostic', 'text', null), ('undeliverable', 'diagnostic', 'text', null),
        ('case', 'note', 'text', null), ('case_note', 'by', 'text', null), ('case_note', 'text', 'text', null), ('action', 'reason', 'text', null), ('action', 'result', 'text', null),
        ('hook', 'payload', 'jsonb', null), ('hook', 'answer', 'text', null), ('outbox', 'context', 'jsonb', null), ('outbox', 'reply', 'text', null),
        ('outbox', 'reason', 'text', null), ('reporter', 'note', 'text', null), ('audit', 'detail', 'jsonb', null)
$$;
comment on function desk.places_of_words is 'Columns in which anybody''s address may stand in a text; erasure looks through them. number: of the row, where what is left has to be unique.';

create or replace function desk.erase_words(p_address text) returns bigint
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_place record;
    v_count bigint;
    v_all bigint := 0;
begin
    perform set_config('complaintd.erasing', 'yes', true);
    for v_place in select * from desk.places_of_words() loop
        execute format('update desk.%1$I set %2$I = regexp_replace(%2$I::text, $1, concat($2, %4$s, ''@invalid.example''), ''gi'')::%3$s where %2$I::text ~* $1',
                v_place.place, v_place.col, v_place.kind, coalesce('''-'' || ' || v_place.number, ''''''))
            using desk.address_pattern(p_address), '\1erased';
        get diagnostics v_count = row_count;
        v_all := v_all + v_count;
    end loop;
    perform set_config('complaintd.erasing', '', true);
    return v_all;
end
$$;
comment on function desk.erase_words is 'Takes an address out of everything that was written; the audit keeps what was done, without it.';

create or replace function desk_api.privacy_erase(p_address text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_address text := desk.address_normal(p_address);
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
    result := 'done';
    delete from raw_message w using message m where w.message = m.id
        and (m.reporter_address = v_address or m.from_address = v_address or m.report::text ~* desk.address_pattern(v_address));
    update message m set subject = null, report = null, message_id = null, reporter_address = nullif(m.reporter_address, v_address), from_address = nullif(m.from_address, v_address)
    where m.decided_at is not null and (m.reporter_address = v_address or m.from_address = v_address);
    get diagnostics v_count = row_count;
    detail := v_count || ' emptied';
    return next;

    -- One that is being sent at this moment may arrive; it is not sent again.
    target := 'mails';
    update outbox o set state = case when o.state in ('owed', 'held', 'deferred') then 'cancelled' else o.state end, reason = 'erased',
        recipient = 'erased-' || o.id || '@invalid.example', recipient_name = null, context = '{}', in_reply_to = null, refs = null, reply = null
    where o.recipient = v_address;
    get diagnostics v_count = row_count;
    detail := v_count || ' emptied';
    return next;
    delete from undeliverable where address = v_address;

    target := 'words';
    detail := desk.erase_words(v_address) || ' emptied';
    return next;
    perform desk.audit_write('address erased', desk.who(p_by), p_now);
end
$$;
comment on function desk_api.privacy_erase is 'Empties an address everywhere; the keys stay, so that one complaint stays one, and what staff decided about a reporter.';
reset check_function_bodies;
