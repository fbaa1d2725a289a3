-- Small things everything else stands on: keys, addresses, policies, tokens, parties.
set role complaint_owner;
set check_function_bodies = off;

-- 64 bytes from four random uuids (488 random bits), hashed into a 32-byte key, padded and
-- xored as RFC 2104 asks.
create or replace function desk.secret_make(p_purpose text, p_key bytea default null) returns int
language plpgsql volatile as $$
declare
    k bytea := coalesce(p_key, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
        || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
    i bytea := decode(repeat('36', 64), 'hex');
    o bytea := decode(repeat('5c', 64), 'hex');
    v_id int;
begin
    if length(k) > 64 then
        k := sha256(k);
    end if;
    for n in 0 .. length(k) - 1 loop
        i := set_byte(i, n, get_byte(k, n) # 54);
        o := set_byte(o, n, get_byte(k, n) # 92);
    end loop;
    insert into desk.secret (purpose, inner_pad, outer_pad) values (p_purpose, i, o) returning id into v_id;
    return v_id;
end
$$;
comment on function desk.secret_make is 'Makes a key (random unless given) for a purpose; returns its id, never the key.';

create or replace function desk.hmac(p_inner bytea, p_outer bytea, p_text text) returns bytea
language plpgsql immutable parallel safe as $$
begin
    -- plpgsql, because SQL cannot be inlined here (convert_to is stable) and would start anew for each row.
    return sha256(p_outer || sha256(p_inner || convert_to(p_text, 'UTF8')));
end
$$;
comment on function desk.hmac is 'HMAC-SHA-256 (RFC 2104) with a key already padded.';

create or replace function desk.address_normal(p_address text) returns text
language sql immutable parallel safe as $$
    select nullif(lower(btrim(p_address, E' \t\r\n<>')), '')
$$;
comment on function desk.address_normal is 'An address in the spelling that is compared: lower case, without brackets.';

create or replace function desk.address_domain(p_address text) returns text
language sql immutable parallel safe as $$
    select nullif(lower(substring(p_address from '@([^@]*)$')), '')
$$;
comment on function desk.address_domain is 'What stands after the last @, lower case, or null.';

-- The same person under plus-addresses (anywhere), and what his provider ignores or takes for the same: dots
-- (Gmail), dots, hyphens and underscores (Proton), dots for hyphens and the other domains (Yandex), keywords (Yahoo).
create or replace function desk.address_person(p_address text) returns text
language sql immutable parallel safe as $$
    select case
        when p_address !~~ '%@%' then lower(p_address)
        when lower(p_address) ~~ '%@gmail.com' or lower(p_address) ~~ '%@googlemail.com'
            then replace(split_part(split_part(lower(p_address), '@', 1), '+', 1), '.', '') || '@gmail.com'
        when lower(p_address) ~~ any (array['%@proton.me', '%@protonmail.com', '%@protonmail.ch', '%@pm.me'])
            then translate(split_part(split_part(lower(p_address), '@', 1), '+', 1), '.-_', '') || '@proton.me'
        when lower(p_address) ~~ any (array['%@ya.ru', '%@yandex.ru', '%@yandex.com', '%@yandex.by', '%@yandex.kz', '%@yandex.ua', '%@yandex.com.tr'])
            then replace(split_part(split_part(lower(p_address), '@', 1), '+', 1), '.', '-') || '@yandex.ru'
        when lower(p_address) ~~ any (array['%@yahoo.%', '%@ymail.%', '%@rocketmail.%'])
            then split_part(split_part(split_part(lower(p_address), '@', 1), '+', 1), '-', 1) || '@' || split_part(lower(p_address), '@', 2)
        else split_part(split_part(lower(p_address), '@', 1), '+', 1) || '@' || split_part(lower(p_address), '@', 2)
    end
$$;
comment on function desk.address_person is 'Folds the addresses one person can make for himself.';

create or replace function desk.address_sane(p_address text) returns boolean
language sql immutable parallel safe as $$
    select coalesce(p_address ~ '^[^@[:space:][:cntrl:]<>",;:\\()]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z][a-z0-9-]*[a-z0-9]$'
        and octet_length(p_address) <= 254, false)
$$;
comment on function desk.address_sane is 'May this (normalised) address come near an envelope: one @, a dotted name, nothing quoted, no address literal.';

create or replace function desk.clean(p_text text, p_max int) returns text
language sql immutable parallel safe as $$
    select left(btrim(regexp_replace(coalesce(p_text, ''),
        '[' || U&'\0001-\001F\007F-\009F\200B-\200F\2028-\202E\2060-\2069\FEFF' || ']+', ' ', 'g')), p_max)
$$;
comment on function desk.clean is 'Text of an outsider without control, bidi and invisible characters, cut.';

create or replace function desk.defang(p_name text) returns text
language sql immutable parallel safe as $$
    select replace(replace(p_name, '.', '[.]'), '@', '[@]')
$$;
comment on function desk.defang is 'A name that no mail program makes a link of.';

create or replace function desk.stamp(p_at timestamptz) returns text
language sql stable parallel safe as $$
    select coalesce(to_char(p_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), '')
$$;
comment on function desk.stamp is 'A time as mails write it.';

create or replace function desk.to_inet(p_text text) returns inet
language plpgsql immutable parallel safe as $$
begin
    if p_text is null or p_text !~ '^[0-9a-fA-F:.]{2,45}$' then
        return null;
    elsif p_text ~ '^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])([.]|$)){4}$' and right(p_text, 1) <> '.' then
        return p_text::inet; -- most are such, and a block that may fail is a subtransaction
    end if;
    begin
        return p_text::inet;
    exception when others then
        return null;
    end;
end
$$;
comment on function desk.to_inet is 'An address, or null for what is none.';

create or replace function desk.category_rank(p_category text) returns int
language sql immutable parallel safe as $$
    select array_position(array['child-safety', 'authority', 'phishing', 'malware', 'botnet', 'fraud', 'intrusion', 'vulnerability',
        'copyright', 'trademark', 'whois', 'spam', 'other', 'opt-out', 'auth-failure', 'not-spam'], p_category)
$$;
comment on function desk.category_rank is 'Urgency: the lowest is the worst.';

create or replace function desk.category_name(p_rank int) returns text
language sql immutable parallel safe as $$
    select (array['child-safety', 'authority', 'phishing', 'malware', 'botnet', 'fraud', 'intrusion', 'vulnerability',
        'copyright', 'trademark', 'whois', 'spam', 'other', 'opt-out', 'auth-failure', 'not-spam'])[p_rank]
$$;
comment on function desk.category_name is 'The category of a rank.';

-- Decisions, imports and staff commands change the same figures; one of them at a time.
create or replace function desk.lock_decisions() returns void
language sql volatile as $$
    select pg_advisory_xact_lock(2026, 1)
$$;
comment on function desk.lock_decisions is 'Taken first by everything that changes resources, complaints, cases or figures, until the end of its transaction.';

create or replace function desk.desk_id(p_ref text) returns bigint
language plpgsql stable security definer set search_path = desk, pg_temp as $$
declare
    v_ids bigint[];
begin
    if p_ref is not null then
        select array_agg(id) into v_ids from party where ref = p_ref and kind = 'reseller' and left_at is null;
        if v_ids is null then
            raise exception 'there is no reseller "%"', p_ref
                using errcode = 'no_data_found', hint = 'Import parties first, or correct "party" in the section of the desk.';
        end if;
        return v_ids[1];
    end if;
    select array_agg(id) into v_ids from party where parent is null and kind = 'reseller' and left_at is null;
    if v_ids is null then
        raise exception 'there is no reseller yet' using errcode = 'no_data_found', hint = 'Run: complaint import parties FILE.csv';
    elsif cardinality(v_ids) > 1 then
        raise exception 'there are % root resellers, which one is the desk?', cardinality(v_ids)
            using errcode = 'cardinality_violation', hint = 'Set "party" in the section [desk] of the configuration.';
    end if;
    return v_ids[1];
end
$$;
comment on function desk.desk_id is 'The desk of a reference; null: the only root reseller.';

-- Helpers that are called per row are plpgsql: their plans are kept, an SQL function's are not.
create or replace function desk.policy_value(p_party bigint, p_name text) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    -- One statement: it is asked some ten times for each line submitted.
    return coalesce(
        (select p.value from party_closure c join policy p on p.party = c.ancestor and p.name = p_name where c.descendant = p_party order by c.depth limit 1),
        (select p.value from policy p where p.party is null and p.name = p_name));
end
$$;
comment on function desk.policy_value is 'The value that holds for a party: the nearest up the tree, at last the default.';

create or replace function desk.policy_number(p_party bigint, p_name text) returns bigint
language plpgsql stable as $$
begin
    return (desk.policy_value(p_party, p_name) #>> '{}')::numeric::bigint;
end
$$;
comment on function desk.policy_number is 'A policy that is a number.';

create or replace function desk.policy_decimal(p_party bigint, p_name text) returns numeric
language plpgsql stable as $$
begin
    return (desk.policy_value(p_party, p_name) #>> '{}')::numeric;
end
$$;
comment on function desk.policy_decimal is 'A policy that is a number with a fraction.';

create or replace function desk.policy_switch(p_party bigint, p_name text) returns boolean
language plpgsql stable as $$
begin
    return coalesce((desk.policy_value(p_party, p_name) #>> '{}')::boolean, false);
end
$$;
comment on function desk.policy_switch is 'A policy that is a switch; unset is off.';

create or replace function desk.policy_text(p_party bigint, p_name text) returns text
language plpgsql stable as $$
begin
    return coalesce(desk.policy_value(p_party, p_name) #>> '{}', '');
end
$$;
comment on function desk.policy_text is 'A policy that is a text; unset is empty.';

-- What a party has from those above it, in one row.
create or replace function desk.party_voice(p_party bigint,
    out ref text, out kind text, out name text, out username_email text, out abuse_email text, out signature text,
    out language text, out brand text, out sending text, out timezone text)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    select p.ref, p.kind, p.name, desk.address_normal(p.username_email), desk.address_normal(coalesce(p.abuse_email, p.username_email)),
        coalesce(p.signature, p.name || ' Abuse Desk'), coalesce(i.language, 'en'), coalesce(i.brand, i.root_name), p.sending, coalesce(i.timezone, 'UTC')
    into ref, kind, name, username_email, abuse_email, signature, language, brand, sending, timezone
    from party p
    cross join lateral (
        select (array_agg(a.language order by c.depth) filter (where a.language is not null))[1] as language,
            (array_agg(a.brand order by c.depth) filter (where a.brand is not null))[1] as brand,
            (array_agg(a.timezone order by c.depth) filter (where a.timezone is not null))[1] as timezone,
            (array_agg(a.name order by c.depth desc))[1] as root_name
        from party_closure c join party a on a.id = c.ancestor where c.descendant = p.id) i
    where p.id = p_party;
end
$$;
comment on function desk.party_voice is 'A party with its defaults and what it inherits: addresses, signature, language, brand, time zone.';

-- A deadline of N days ends with the N-th day in the desk's time zone.
create or replace function desk.deadline(p_desk bigint, p_days int, p_now timestamptz) returns timestamptz
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_zone text;
begin
    if p_days is null or p_days = 0 then
        return case when p_days = 0 then p_now end;
    end if;
    v_zone := coalesce((select p.timezone from party_closure c join party p on p.id = c.ancestor
        where c.descendant = p_desk and p.timezone is not null order by c.depth limit 1), 'UTC');
    return ((p_now at time zone v_zone)::date + p_days + 1)::timestamp at time zone v_zone;
end
$$;
comment on function desk.deadline is 'End of the p_days-th day after p_now in the desk''s time zone (daylight saving included); 0 days: now.';

create or replace function desk.token_make(p_outbox bigint, p_audience text) returns text
language plpgsql stable security definer set search_path = desk, pg_temp as $$
begin
    return 'o' || p_outbox || '-' || left(encode((select desk.hmac(s.inner_pad, s.outer_pad, 'reply ' || p_audience || ' ' || p_outbox)
        from secret s where s.purpose = 'token' and s.retired_at is null order by s.id desc limit 1), 'hex'), 16);
end
$$;
comment on function desk.token_make is 'The token of a mail of ours: names the correspondence and the audience, 64 bits of HMAC.';

create or replace function desk.token_valid(p_token text) returns bigint
language sql stable security definer set search_path = desk, pg_temp as $$
    select o.id
    from (select substring(lower(p_token) from '^b?o([0-9]{1,18})-[0-9a-f]{16}$')::bigint as id) t
    join outbox o on o.id = t.id
    where exists (select from secret s where s.purpose = 'token' and s.retired_at is null
        and right(lower(p_token), 16) = left(encode(desk.hmac(s.inner_pad, s.outer_pad, 'reply ' || o.audience || ' ' || o.id), 'hex'), 16))
$$;
comment on function desk.token_valid is 'The outbox row a token belongs to; null when it is not ours.';

create or replace function desk.token_rotate(p_now timestamptz default now()) returns int
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_id int := desk.secret_make('token');
begin
    update secret set retired_at = p_now where purpose = 'token' and retired_at is null
        and id not in (select id from secret where purpose = 'token' order by id desc limit 2);
    perform desk.audit_write('token key rotated', session_user, p_now);
    return v_id;
end
$$;
comment on function desk.token_rotate is 'Makes a new token key; the one before stays valid, older ones retire.';

create or replace function desk.audit_write(p_what text, p_who text, p_now timestamptz, p_case bigint default null, p_action bigint default null,
    p_resource bigint default null, p_party bigint default null, p_complaint bigint default null, p_message bigint default null,
    p_detail jsonb default '{}') returns void
language sql volatile security definer set search_path = desk, pg_temp as $$
    insert into audit (at, who, what, "case", action, resource, party, complaint, message, detail)
    values (p_now, p_who, p_what, p_case, p_action, p_resource, p_party, p_complaint, p_message, p_detail)
$$;
comment on function desk.audit_write is 'Adds a line to the audit.';

create or replace function desk.audit_refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('complaintd.erasing', true) = 'yes' then
        return null; -- desk.erase_words(), and nobody else may write the table
    end if;
    raise exception 'the audit is append-only' using errcode = 'insufficient_privilege';
end
$$;
comment on function desk.audit_refuse is 'No line of the audit is changed or removed, but for an address that the law takes out.';
create or replace trigger audit_append_only before update or delete or truncate on desk.audit
    for each statement execute function desk.audit_refuse();
reset check_function_bodies;
