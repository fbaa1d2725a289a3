-- Import of CSV files: import_begin() makes the stage, COPY fills it with the file's texts,
-- import_finish() checks, compares and writes. Rows of "error" mean that nothing may be kept: the caller rolls back.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.import_begin(p_kind text) returns void
language plpgsql security definer set search_path = desk, pg_temp set client_min_messages = warning as $$
begin
    drop table if exists pg_temp.import_stage, pg_temp.import_error, pg_temp.import_row, pg_temp.import_named, pg_temp.import_tree;
    case p_kind
    when 'parties' then
        create temp table import_stage (line int, id text collate "C", kind text, parent text collate "C", name text,
            username_email text, abuse_email text, signature text, language text, brand text, sending text,
            timezone text) on commit drop;
    when 'domains' then
        create temp table import_stage (line int, name text collate "C", customer text collate "C", registrar text,
            status text, registrant_email text, admin_email text, billing_email text, tech_email text, services text,
            created text, expires text, order_ref text, protected text) on commit drop;
    when 'networks' then
        create temp table import_stage (line int, network text, party text collate "C", services text) on commit drop;
    when 'volumes' then
        create temp table import_stage (line int, customer text collate "C", address text, provider text collate "C", day text, mails text) on commit drop;
    when 'identifiers' then
        create temp table import_stage (line int, kind text, name text, customer text collate "C") on commit drop;
    when 'redirections' then
        create temp table import_stage (line int, domain text collate "C", day text, mails text) on commit drop;
    when 'hosts' then
        create temp table import_stage (line int, name text collate "C", role text, party text collate "C") on commit drop;
    when 'loops' then
        create temp table import_stage (line int, provider text, scope text, sender text, alias text, since text, contact text) on commit drop;
    when 'traps' then
        create temp table import_stage (line int, address text collate "C", operator text, ended text) on commit drop;
    else
        raise exception 'nothing called % can be imported', p_kind using hint = 'parties, domains, networks, hosts, volumes, redirections, identifiers, loops or traps';
    end case;
    -- near: "party", "customer", or the words of which the wrong one may have been meant.
    create temp table import_error (line int, col text, detail text, word text, near text) on commit drop;
    execute format('comment on table pg_temp.import_stage is %L', p_kind);
    execute format('grant insert on pg_temp.import_stage to %I', session_user);
end
$$;
comment on function desk.import_begin is 'Makes the temporary table import_stage (line, and the columns of the CSV file as text) for COPY.';

create or replace function desk.import_is_address(p_text text) returns boolean
language sql immutable as $$
    -- {1,64} would make the expression seven times slower.
    select p_text ~ '^[^@[:space:][:cntrl:]<>"]+@[A-Za-z0-9][A-Za-z0-9.-]*[.][A-Za-z0-9-]+$' and strpos(p_text, '@') <= 65 and length(p_text) <= 254
$$;
comment on function desk.import_is_address is 'What an address must look like to become a recipient.';

create or replace function desk.import_is_domain(p_text text) returns boolean
language sql immutable as $$
    select p_text ~ '^[a-z0-9_][a-z0-9._-]*[.][a-z][a-z0-9-]*$' and strpos(p_text, '..') = 0 and length(p_text) <= 253
$$;
comment on function desk.import_is_domain is 'What a name must look like to be compared with those in mails: lower-case A-labels, at least two, the last begins with a letter.';

create or replace function desk.import_date(p_text text) returns date
language plpgsql immutable as $$
begin
    return case when p_text ~ '^\d{4}-\d\d-\d\d([T ].*)?$' then left(p_text, 10)::date end;
exception when others then
    return null; -- 31 February
end
$$;
comment on function desk.import_date is 'The day of an ISO 8601 date or time; null: it is none.';

create or replace function desk.import_network(p_text text) returns cidr
language plpgsql immutable as $$
begin
    return p_text::cidr;
exception when others then
    return null;
end
$$;
comment on function desk.import_network is 'A network in CIDR form without bits right of the mask; null: it is none.';

create or replace function desk.import_network_around(p_text text) returns text
language plpgsql immutable as $$
begin
    return network(p_text::inet)::text;
exception when others then
    return null;
end
$$;
comment on function desk.import_network_around is 'The network that an address with a mask is in; null: it is none.';

create or replace function desk.import_services_wrong(p_text text) returns text
language sql immutable as $$
    select min(s) from regexp_split_to_table(btrim(p_text), '\s+') s
    where s <> all (array['registration', 'hosting', 'mail-hosting', 'smtp', 'mail-redirection', 'web-redirection',
        'web-redirection:unset', 'dns', 'sending'])
$$;
comment on function desk.import_services_wrong is 'The first word of a list of services that is no service, or null.';

create or replace function desk.import_finish(p_kind text, p_dry_run boolean default false, p_complete boolean default false,
    p_now timestamptz default now())
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    -- A view or table of the caller's own would run his functions as the owner.
    if not exists (select from pg_catalog.pg_class c where c.oid = to_regclass('pg_temp.import_stage') and c.relkind = 'r'
            and c.relowner = current_user::regrole and obj_description(c.oid, 'pg_class') = p_kind) then
        raise exception 'there is no stage for %', p_kind using errcode = 'object_not_in_prerequisite_state',
            hint = 'Call desk.import_begin() for it in the same transaction.';
    end if;
    perform desk.lock_decisions();
    analyze import_stage;
    if p_kind = 'parties' then
        return query select * from desk.import_parties(p_complete, p_now);
    elsif p_kind = 'domains' then
        return query select * from desk.import_domains(p_complete, p_now);
    elsif p_kind = 'networks' then
        return query select * from desk.import_networks(p_complete, p_now);
    elsif p_kind = 'volumes' then
        return query select * from desk.import_volumes(p_dry_run, p_now);
    elsif p_kind = 'identifiers' then
        return query select * from desk.import_identifiers(p_complete, p_now);
    elsif p_kind = 'redirections' then
        return query select * from desk.import_redirections(p_dry_run, p_now);
    elsif p_kind = 'hosts' then
        return query select * from desk.import_hosts(p_complete, p_now);
    elsif p_kind = 'traps' then
        return query select * from desk.import_traps(p_now);
    else
        return query select * from desk.import_loops(session_user::text, p_now);
    end if;
    if exists (select from import_error) then
        -- Only so many are looked at by a person.
        return query
        select 'error', e.line, e.col, e.detail || case when e.n > 100 or e.near is null then ''
            when e.near = 'party' then desk.nearest_party(e.word)
            when e.near in ('customer', 'parent') then desk.nearest_party(e.word, case e.near when 'customer' then 'customer' else 'reseller' end)
            when e.near = 'timezone' then desk.did_you_mean(e.word, array(select z.name from pg_catalog.pg_timezone_names z order by 1))
            else desk.did_you_mean(e.word, string_to_array(e.near, ' ')) end
        from (select x.*, row_number() over (order by x.line, x.col) as n from import_error x order by x.line, x.col limit 1000) e
        order by e.line, e.col;
        return;
    end if;
    if not p_dry_run then
        insert into desk.audit (at, who, what, detail)
        select p_now, session_user, 'import', jsonb_build_object('kind', p_kind, 'lines', count(*), 'complete', p_complete)
        from import_stage;
    end if;
end
$$;
comment on function desk.import_finish is 'Checks the stage and brings it into the tables. what: added, changed, moved, unchanged, removed, left, cases closed with their number in detail; changed and removed also one by one (1,000 at most); error: nothing may be kept.';
reset check_function_bodies;
