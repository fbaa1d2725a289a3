-- Look-ups of domains that are not ours: who waits for them, whose turn it is, what was said.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.rdap_here(p_now timestamptz default now()) returns void
language sql volatile security definer set search_path = desk, pg_temp as $$
    insert into rdap_asker as a (seen_at) values (p_now)
    on conflict (here) do update set seen_at = excluded.seen_at where a.seen_at < excluded.seen_at - interval '20 seconds'
$$;
comment on function desk.rdap_here is 'A daemon that looks things up says that it is there.';

-- What answers say of these domains; what is out of date is better than nothing.
create or replace function desk.rdap_known(p_objects text[]) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return (
    select jsonb_build_object('registrars', coalesce(jsonb_agg(jsonb_build_object('name', c.object, 'name_defanged', desk.defang(c.object),
            'registrar', coalesce(c.registrar, ''), 'registrar_abuse', coalesce(c.abuse_email, '')) order by u.n), '[]'),
        'has_registrars', count(*) > 0)
    from unnest(p_objects) with ordinality u(object, n)
    cross join lateral (select * from rdap_cache c where c.object = u.object and coalesce(c.registrar, c.abuse_email) is not null limit 1) c);
end
$$;
comment on function desk.rdap_known is 'Registrar and its abuse contact of domains, as far as the cache has them.';

-- The domains a mail is about, three at most: each costs somebody else's server a question.
create or replace function desk.rdap_objects(p_message bigint) returns text[]
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return array(
        select d.name from (
            select x.name, min(x.n) as n from (select m.report from message m where m.id = p_message limit 1) m
            cross join lateral jsonb_path_query(m.report, '$.incidents[*].domains[*]') with ordinality j(value, n)
            cross join lateral (select j.value #>> '{}' as name, j.n) x
            where x.name ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z][a-z0-9-]*[a-z0-9]$' and length(x.name) <= 253
            group by x.name) d
        order by d.n limit 3);
end
$$;
comment on function desk.rdap_objects is 'Domains named as culprit in a mail that are worth a look-up.';

-- Answers that say "not ours" wait for the look-up a minute at most, then leave without it.
create or replace function desk.await_rdap(p_messages bigint[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_mail record;
    v_missing text[];
begin
    if not exists (select from rdap_asker a where a.seen_at > p_now - interval '2 minutes') then
        return;
    end if;
    for v_mail in
        select o.id, desk.rdap_objects(o.message) as objects from unnest(p_messages) q(id)
        cross join lateral (select o.id, o.message from outbox o where o.occasion = 'message ' || q.id and o.kind = 'not-ours'
            and o.audience = 'complainant' and o.state = 'owed' limit 1) o
        order by o.id
    loop
        continue when cardinality(v_mail.objects) = 0;
        v_missing := array(select u.object from unnest(v_mail.objects) u(object)
            where not exists (select from rdap_cache c where c.object = u.object and c.expires_at > p_now));
        -- More than can be asked today is not queued.
        if (select count(*) from (select from rdap_queue limit 1000) q) >= 1000 then
            v_missing := '{}';
        end if;
        insert into rdap_queue (object, asked_at, next_attempt_at) select u.object, p_now, p_now from unnest(v_missing) u(object) order by 1
            on conflict (object) do nothing;
        insert into rdap_wait (outbox, object) select v_mail.id, u.object from unnest(v_missing) u(object);
        update outbox o set context = o.context || desk.rdap_known(v_mail.objects),
            next_attempt_at = case when cardinality(v_missing) > 0 then p_now + interval '60 seconds' else o.next_attempt_at end
        where o.id = v_mail.id;
    end loop;
end
$$;
comment on function desk.await_rdap is 'Fills answers about foreign domains from the cache, queues what is not in it and lets them wait for it.';

create or replace function desk.rdap_claim(p_lease interval, p_now timestamptz default now(), out object text, out attempt int, out wait_ms bigint)
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    -- What could not be answered in a day is of no use to anybody any more.
    with gone as (
        delete from rdap_queue q where q.asked_at < p_now - interval '1 day' returning q.object
    )
    delete from rdap_wait w using gone where w.object = gone.object;
    update rdap_queue q set attempts = q.attempts + 1, lease_until = p_now + p_lease, next_attempt_at = p_now + p_lease
    from (select d.object from rdap_queue d where d.next_attempt_at <= p_now order by d.next_attempt_at limit 1 for update skip locked) d
    where q.object = d.object
    returning q.object, q.attempts into object, attempt;
    if object is null then
        wait_ms := (select greatest(extract(epoch from min(q.next_attempt_at) - p_now) * 1000, 0)::bigint from rdap_queue q);
    end if;
end
$$;
comment on function desk.rdap_claim is 'The next domain to look up; none: how long until there is one.';

-- One question at a time, a pause between two, so many a day.
create or replace function desk.rdap_reserve(p_server text, p_lease interval, p_daily int, p_now timestamptz default now()) returns bigint
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
declare
    v_row rdap_server;
    v_today date := (p_now at time zone 'UTC')::date;
begin
    insert into rdap_server (server, free_at, day, asked) values (p_server, p_now, v_today, 0) on conflict (server) do nothing;
    select * into v_row from rdap_server where server = p_server for update;
    if v_row.day < v_today then
        v_row.asked := 0;
    end if;
    if v_row.free_at > p_now then
        return ceil(extract(epoch from v_row.free_at - p_now) * 1000);
    elsif v_row.asked >= p_daily then
        return ceil(extract(epoch from (v_today + 1)::timestamp at time zone 'UTC' - p_now) * 1000);
    end if;
    update rdap_server set free_at = p_now + p_lease, day = v_today, asked = v_row.asked + 1 where server = p_server;
    return 0;
end
$$;
comment on function desk.rdap_reserve is 'Whether a server may be asked now (0), or in how many milliseconds.';

create or replace function desk.rdap_release(p_server text, p_pause interval, p_now timestamptz default now()) returns void
language sql volatile security definer set search_path = desk, pg_temp as $$
    update rdap_server set free_at = p_now + p_pause where server = p_server
$$;
comment on function desk.rdap_release is 'The server has answered; it rests for so long.';

create or replace function desk.rdap_store(p_object text, p_server text, p_status int, p_registrar text, p_abuse text, p_doc jsonb,
    p_keep interval, p_now timestamptz default now()) returns void
language sql volatile security definer set search_path = desk, pg_temp as $$
    insert into rdap_cache as c (object, server, fetched_at, expires_at, status, registrar, abuse_email, doc)
    values (p_object, p_server, p_now, p_now + p_keep, p_status, nullif(desk.clean(p_registrar, 100), ''), p_abuse, p_doc)
    on conflict (object) do update set server = excluded.server, expires_at = excluded.expires_at,
        -- Nobody answered: what was known stays, and is asked for again later.
        fetched_at = case when p_status = 0 then c.fetched_at else excluded.fetched_at end,
        status = case when p_status = 0 then c.status else excluded.status end,
        registrar = case when p_status = 0 then c.registrar else excluded.registrar end,
        abuse_email = case when p_status = 0 then c.abuse_email else excluded.abuse_email end,
        doc = case when p_status = 0 then c.doc else excluded.doc end
$$;
comment on function desk.rdap_store is 'Keeps an answer. Status 0 (nobody answered) does not replace what was known.';

create or replace function desk.rdap_record(p_object text, p_server text, p_status int, p_registrar text, p_abuse text, p_doc jsonb,
    p_keep interval, p_now timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    perform desk.rdap_store(p_object, p_server, p_status, p_registrar, p_abuse, p_doc, p_keep, p_now);
    delete from rdap_queue where object = p_object;
    perform desk.rdap_served(p_object, p_now);
    -- What nobody asked for in a month.
    delete from rdap_cache c where c.expires_at < p_now - interval '30 days';
end
$$;
comment on function desk.rdap_record is 'Keeps the answer to a question and lets those leave who waited for it.';

create or replace function desk.rdap_served(p_object text, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_mails bigint[];
begin
    with gone as (
        delete from rdap_wait w where w.object = p_object returning w.outbox
    )
    select array_agg(outbox order by outbox) into v_mails from gone;
    -- A mail on its way keeps the words it has.
    update outbox o set context = o.context || desk.rdap_known(desk.rdap_objects(o.message)),
        next_attempt_at = case when not exists (select from rdap_wait w where w.outbox = o.id) then p_now else o.next_attempt_at end
    where o.id = any(v_mails) and o.state in ('owed', 'held') and o.attempts = 0
        and not exists (select from outbox_queue q where q.outbox = o.id and q.claim is not null);
    if found then
        notify desk_work;
    end if;
end
$$;
comment on function desk.rdap_served is 'Completes the answers that waited for a domain; those that wait for nothing else leave.';

create or replace function desk.rdap_put_off(p_object text, p_pause interval, p_reason text, p_tried boolean, p_now timestamptz default now()) returns void
language sql volatile security definer set search_path = desk, pg_temp as $$
    update rdap_queue set next_attempt_at = p_now + p_pause, lease_until = null, reason = left(p_reason, 200),
        attempts = case when p_tried then attempts else attempts - 1 end
    where object = p_object
$$;
comment on function desk.rdap_put_off is 'A question to be asked later; one that was not asked at all is not counted as an attempt.';
reset check_function_bodies;
