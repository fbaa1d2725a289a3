-- desk.ingest(): facts, and nothing but facts. One call per batch, a fixed number of
-- statements, no shared row updated, so that daemons never wait for each other. The
-- settings keep the plans that do not grow with the tables; see tests/sql/plans.sql.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.report_time(p_text text) returns timestamptz
language plpgsql immutable parallel safe as $$
begin
    return case when p_text ~ '^(19[7-9][0-9]|20[0-9][0-9])-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]|29|30|31)T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]'
        and substring(p_text, 9, 2)::int <= case
            when substring(p_text, 6, 2) in ('04', '06', '09', '11') then 30
            when substring(p_text, 6, 2) <> '02' then 31
            when substring(p_text, 1, 4)::int % 4 = 0 then 29 else 28 end
        then (substring(p_text, 1, 19) || 'Z')::timestamptz end;
end
$$;
comment on function desk.report_time is 'A time of a report (RFC 3339, UTC), or null for one that PostgreSQL would refuse.';

-- What may be kept of a child-safety report: that it came, from whom, about which of our
-- names. No text, no URL, no bytes.
create or replace function desk.report_restricted(p_report jsonb) returns jsonb
language sql immutable as $$
    select jsonb_build_object('schema', p_report->'schema', 'kind', p_report->'kind', 'disposition', p_report->'disposition',
        'reason', p_report->'reason', 'malformed', p_report->'malformed', 'restricted', true, 'feedback_type', p_report->'feedback_type',
        'reporter', p_report->'reporter', 'deliveries', '[]'::jsonb, 'lines', '[]'::jsonb,
        'mail', (p_report->'mail') - array['text', 'subject', 'attachments'],
        'incidents', coalesce((select jsonb_agg(jsonb_build_object('category', x->'category', 'report_id', x->'report_id',
            'complainant', x->'complainant', 'count', x->'count', 'date', x->'date', 'source_ip', x->'source_ip',
            'domains', x->'domains', 'urls', '[]'::jsonb, 'ips', x->'ips', 'evidence', '[]'::jsonb, 'original', null, 'claim', null))
            from jsonb_array_elements(p_report->'incidents') x), '[]'))
$$;
comment on function desk.report_restricted is 'A report without anything that shows or links to what it reports.';

create or replace function desk.ingest(p_desk bigint, p_account text, p_sha256 bytea[], p_raw bytea[], p_report jsonb[],
    p_received timestamptz[], p_now timestamptz default now())
returns table (ordinal int, message bigint, fresh boolean, folder text)
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_n int := cardinality(p_sha256);
    v_ids bigint[];
    v_new bigint[];
    v_folders text[]; -- of the new ones
    v_report jsonb[] := p_report;
    v_raw bytea[] := p_raw;
    v_kept int[];
begin
    if cardinality(p_raw) <> v_n or cardinality(p_report) <> v_n or cardinality(p_received) <> v_n then
        raise exception 'ingest: arrays of different length' using errcode = 'array_subscript_error';
    end if;
    if v_n = 0 then
        return;
    end if;

    -- Restricted mails lose their content before anything is written.
    if exists (select from unnest(v_report) r where jsonb_path_exists(r, '$.incidents[*] ? (@.category == "child-safety")')) then
        select array_agg(case when bad then desk.report_restricted(r) else r end order by n),
               array_agg(case when bad then null else w end order by n)
            into v_report, v_raw
        from (select r, w, n, jsonb_path_exists(r, '$.incidents[*] ? (@.category == "child-safety")') as bad
              from unnest(v_report, v_raw) with ordinality u(r, w, n)) s;
    end if;

    v_ids := array(select nextval('desk.message_id_seq') from unnest(p_sha256));

    with added as (
        insert into message (id, desk, sha256, account, received_at, stored_at, kind, disposition, reason, folder, message_id,
            from_address, reporter_address, authenticated, language, subject, report, ack, ack_reason, decided_at)
        select u.id, p_desk, u.sha256, p_account, least(u.received, p_now), p_now, kind, disposition, u.r->>'reason',
            case when disposition = 'quarantine' then 'Quarantine'
                when u.r ? 'restricted' then 'Restricted'
                when disposition = 'complaint' then 'Processed'
                else 'Other' end,
            left(u.r #>> '{mail,message_id}', 998), f.from_address, f.reporter, f.authenticated,
            left(u.r #>> '{mail,language}', 35), nullif(desk.clean(u.r #>> '{mail,subject}', 200), ''), u.r,
            case when not work then 'none' end,
            case when not work then case disposition when 'quarantine' then 'quarantined' else 'not-a-complaint' end end,
            case when not work then p_now end
        from unnest(v_ids, p_sha256, v_report, p_received) u(id, sha256, r, received)
        cross join lateral (select coalesce(u.r->>'kind', 'unreadable') as kind, coalesce(u.r->>'disposition', 'quarantine') as disposition) k
        cross join lateral (select disposition = 'complaint' or kind in ('bounce', 'reply', 'own', 'auto-reply', 'opt-out') and disposition <> 'quarantine' as work) w
        cross join lateral (select desk.address_normal(u.r #>> '{mail,from}') as from_address,
            desk.address_normal(coalesce(u.r #>> '{reporter,address}', u.r #>> '{mail,from}')) as reporter,
            jsonb_path_exists(u.r, '$.mail.auth[*] ? (@.result == "pass" && @.aligned == true
                && (@.method == "dmarc" || @.method == "dkim" || @.method == "spf"))') as authenticated) f
        order by u.sha256
        on conflict on constraint message_once do nothing
        returning id, folder
    )
    select array_agg(id order by id), array_agg(folder order by id) into v_new, v_folders from added;

    -- The rare path: some are known. From here on only new ones.
    if coalesce(cardinality(v_new), 0) < v_n then
        v_kept := array(select n::int from unnest(v_ids) with ordinality u(id, n) where id = any(v_new) order by n);
    end if;

    insert into raw_message (message, received_at, raw)
    select u.id, p_now, u.raw from unnest(v_ids, v_raw) with ordinality u(id, raw, n)
    where u.raw is not null and (v_kept is null or u.n = any(v_kept));

    insert into incident (message, no, category, report_id, complainant_key, date, count)
    select u.id, e.no, case when desk.category_rank(e.x->>'category') is null then 'other' else e.x->>'category' end,
        left(e.x->>'report_id', 300),
        desk.hmac(s.inner_pad, s.outer_pad, desk.complainant_identity(e.x->>'complainant', u.r, u.id)),
        desk.report_time(e.x->>'date'),
        case when jsonb_typeof(e.x->'count') = 'number' then least(greatest((e.x->>'count')::numeric, 1), 1000000)::int else 1 end
    from unnest(v_ids, v_report) with ordinality u(id, r, n)
    cross join lateral jsonb_array_elements(case when u.r->>'kind' <> 'batch' then u.r->'incidents' else '[]' end) with ordinality e(x, no)
    cross join (select inner_pad, outer_pad from secret where purpose = 'complainant') s
    where (v_kept is null or u.n = any(v_kept)) and u.r->>'disposition' = 'complaint';

    -- The lines of a batch are incidents too, numbered as they stand there.
    if exists (select from unnest(v_report) r where r->>'kind' = 'batch') then
        insert into incident (message, no, category, complainant_key, date)
        select distinct on (u.id, no) u.id, (e.x->>'line')::int as no, 'spam',
            desk.hmac(s.inner_pad, s.outer_pad, desk.complainant_identity(e.x->>'complainant', u.r, u.id)), p_now
        from unnest(v_ids, v_report) with ordinality u(id, r, n)
        cross join lateral jsonb_array_elements(case when u.r->>'kind' = 'batch' then u.r->'lines' else '[]' end) e(x)
        cross join (select inner_pad, outer_pad from secret where purpose = 'complainant') s
        where (v_kept is null or u.n = any(v_kept)) and u.r->>'disposition' = 'complaint' and e.x->>'error' is null and e.x->>'line' is not null;
    end if;

    insert into undecided (message, incidents)
    select u.id, case when u.r->>'disposition' <> 'complaint' then 0
        else jsonb_array_length(coalesce(case when u.r->>'kind' = 'batch' then u.r->'lines' else u.r->'incidents' end, '[]')) end
    from unnest(v_ids, v_report) with ordinality u(id, r, n)
    where (v_kept is null or u.n = any(v_kept))
        and (u.r->>'disposition' = 'complaint' or u.r->>'kind' in ('bounce', 'reply', 'own', 'auto-reply', 'opt-out') and u.r->>'disposition' <> 'quarantine');

    if v_kept is null then
        return query select u.n::int, u.id, true, u.folder from unnest(v_ids, v_folders) with ordinality u(id, folder, n) order by u.n;
        return;
    end if;
    return query
    select u.n::int, m.id, m.id = u.id, m.folder
    from unnest(v_ids, p_sha256) with ordinality u(id, sha256, n)
    cross join lateral (select m.id, m.folder from message m where m.desk = p_desk and m.sha256 = u.sha256 limit 1) m
    order by u.n;
end
$$;
comment on function desk.ingest is 'Stores a batch of reports: only facts. Every mail comes back with its message and the folder it belongs in; one already known with fresh = false. A null element of p_raw keeps no bytes.';

-- Who complains, in one spelling: an address, a provider's pseudonym, or (nobody named) the reporter.
create or replace function desk.complainant_identity(p_complainant text, p_report jsonb, p_message bigint) returns text
language sql immutable parallel safe as $$
    select case
        when p_complainant ~ '@' then 'address ' || desk.address_normal(p_complainant)
        when nullif(p_complainant, '') is not null then 'pseudonym ' || coalesce(desk.address_domain(p_report #>> '{mail,from}'), '') || ' ' || p_complainant
        when coalesce(p_report #>> '{reporter,address}', p_report #>> '{mail,from}') is not null
            then 'address ' || desk.address_normal(coalesce(p_report #>> '{reporter,address}', p_report #>> '{mail,from}'))
        else 'nobody ' || p_message::text end -- the cast lets it be inlined
$$;
comment on function desk.complainant_identity is 'What is hashed into complainant_key.';

create or replace function desk.quarantine_report(p_reason text, p_detail text) returns jsonb
language sql immutable as $$
    select jsonb_build_object('schema', 1, 'kind', 'unreadable', 'disposition', 'quarantine', 'reason', p_reason,
        'malformed', case when p_detail is null then '[]'::jsonb else jsonb_build_array(left(p_detail, 500)) end,
        'mail', jsonb_build_object('message_id', null, 'from', null, 'to', '[]'::jsonb, 'auth', '[]'::jsonb, 'tokens', '[]'::jsonb),
        'reporter', null, 'feedback_type', null, 'incidents', '[]'::jsonb, 'deliveries', '[]'::jsonb, 'lines', '[]'::jsonb)
$$;
comment on function desk.quarantine_report is 'The report of a mail that no parser could read or no table would take.';

-- Neither waits for the disk: notes are for a daemon that dies. Where the server dies with it, one that is lost
-- is a range taken as usual, and one that comes back a range taken mail by mail.
create or replace function desk.range_note(p_account text, p_uidvalidity bigint, p_first bigint, p_last bigint, p_now timestamptz default now()) returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    insert into fetch_range (account, uidvalidity, first, last, noted_at) values (p_account, p_uidvalidity, p_first, p_last, p_now)
    on conflict do nothing;
end
$$;
comment on function desk.range_note is 'Notes the range of UIDs about to be fetched.';

create or replace function desk.range_done(p_account text) returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    perform set_config('synchronous_commit', 'off', true);
    delete from fetch_range where account = p_account;
end
$$;
comment on function desk.range_done is 'The range in hand is filed.';

create or replace function desk.range_found(p_account text) returns table (uidvalidity bigint, first bigint, last bigint, noted_at timestamptz)
language sql stable security definer set search_path = desk, pg_temp as $$
    select uidvalidity, first, last, noted_at from fetch_range where account = p_account order by noted_at, first
$$;
comment on function desk.range_found is 'Ranges that were in hand when a daemon died: take them mail by mail.';
reset check_function_bodies;
