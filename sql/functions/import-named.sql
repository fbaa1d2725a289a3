-- Import of what has nothing but a name: our own hosts, and sending identifiers.
set role complaint_owner;
set check_function_bodies = off;
drop function if exists desk.import_hosts(text, timestamptz);
drop function if exists desk.import_identifiers(text, timestamptz);

-- p_roles: what the second column may say, the role of a host or the kind of an identifier.
create or replace function desk.import_check_named(p_col text, p_roles text[], p_party_col text) returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    insert into import_error
    select n.line, e.col, e.detail, e.word, e.near
    from import_named n
    left join party p on p.ref = n.ref
    cross join lateral (values
        ('name', 'is missing', n.name is null, null, null),
        ('name', 'is longer than 200 characters', length(n.name) > 200, null, null),
        (p_col, 'is missing', n.word is null, null, null),
        (p_col, format('"%s" is none of %s', n.word, array_to_string(p_roles, ', ')), not n.word = any(p_roles), n.word, array_to_string(p_roles, ' ')),
        (p_party_col, 'is missing', n.ref is null, null, null),
        (p_party_col, format('"%s" is not known: import parties first', n.ref), n.ref is not null and p.id is null, n.ref, 'party')
    ) e(col, detail, bad, word, near)
    where e.bad;
end
$$;
comment on function desk.import_check_named is 'Notes what is wrong with the rows of import_named.';

create or replace function desk.import_named(p_kind text, p_complete boolean, p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_gone bigint[];
    v_cases int;
begin
    create temp table import_row on commit drop as
    select n.line, n.name, n.word, n.ref, p.id as party, o.id as old,
        case when o.id is null then 'added' when o.party <> p.id then 'moved' when o.role <> n.word then 'changed' else 'unchanged' end as what
    from import_named n
    join party p on p.ref = n.ref
    left join resource o on o.kind = p_kind and o.name = n.name and o.ended_at is null and (p_kind = 'host' or o.identifier = n.word);

    return query select 'changed', r.line, d.col, format('%s: %s -> %s', r.name, d.was, d.is)
        from import_row r join resource o on o.id = r.old join party p on p.id = o.party
        cross join lateral (values (case p_kind when 'host' then 'party' else 'customer' end, p.ref, r.ref), ('role', coalesce(o.role, r.word), r.word)) d(col, was, "is")
        where d.was <> d.is order by r.line limit 1000;

    v_gone := array(select r.old from import_row r where r.what = 'moved');
    if p_complete then
        v_gone := v_gone || array(select o.id from resource o where o.kind = p_kind and o.ended_at is null and not exists (select from import_row r where r.old = o.id));
        return query select 'removed', null::int, 'name', o.name::text from resource o where o.id = any(v_gone)
            and not exists (select from import_row r where r.old = o.id) order by o.name limit 1000;
    end if;
    v_cases := desk.resource_left(v_gone, 'left', session_user, p_now);
    update resource o set ended_at = p_now where o.id = any(v_gone);
    update resource o set role = r.word from import_row r where o.id = r.old and r.what = 'changed';
    insert into resource (kind, name, party, role, identifier, registered_at)
    select p_kind, r.name, r.party, case p_kind when 'host' then r.word end, case p_kind when 'identifier' then r.word end, p_now
    from import_row r where r.what in ('added', 'moved') order by r.line;

    return query select r.what, null::int, null::text, count(*)::text from import_row r group by r.what order by r.what;
    return query select 'cases closed', null::int, null::text, v_cases::text where v_cases > 0;
end
$$;
comment on function desk.import_named is 'Brings the rows of import_named into the inventory: who has another party is another resource from now on.';

create or replace function desk.import_hosts(p_complete boolean, p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    create temp table import_named on commit drop as
    select s.line, rtrim(lower(btrim(s.name)), '.') collate "C" as name, s.role as word, s.party as ref from import_stage s;
    perform desk.import_check_named('role', array['mail-redirection', 'web-redirection', 'web', 'smtp'], 'party');
    insert into import_error
    select s.line, 'name', format('"%s" stands in line %s already', s.name, s.first)
    from (select n.line, n.name, min(n.line) over (partition by n.name) as first from import_named n where n.name is not null) s
    where s.line <> s.first;
    if not exists (select from import_error) then
        return query select * from desk.import_named('host', p_complete, p_now);
    end if;
end
$$;
comment on function desk.import_hosts is 'Second half of import_finish() for hosts of ours: redirections, web and SMTP servers.';

create or replace function desk.import_identifiers(p_complete boolean, p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    create temp table import_named on commit drop as
    select s.line, (case when s.kind in ('feedback-id', 'header') then btrim(s.name) else rtrim(lower(btrim(s.name)), '.') end) collate "C" as name,
        s.kind as word, s.customer as ref from import_stage s;
    perform desk.import_check_named('kind', array['dkim', 'list-id', 'feedback-id', 'header'], 'customer');
    insert into import_error
    select s.line, 'name', format('"%s" stands in line %s already', s.name, s.first)
    from (select n.line, n.name, min(n.line) over (partition by n.word, n.name) as first from import_named n where n.name is not null) s
    where s.line <> s.first;
    if not exists (select from import_error) then
        return query select * from desk.import_named('identifier', p_complete, p_now);
    end if;
end
$$;
comment on function desk.import_identifiers is 'Second half of import_finish() for identifiers: DKIM domains, List-Ids, Feedback-IDs and headers of customers.';
reset check_function_bodies;
