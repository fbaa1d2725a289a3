-- Import of parties: the tree of resellers and customers.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.import_check_parties() returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    -- The words are made only for rows that are not wholly right.
    insert into import_error
    select s.line, e.col, e.detail, e.word, e.near
    from import_stage s
    left join import_stage p on p.id = s.parent
    left join desk.party k on k.ref = s.parent
    left join desk.party o on o.ref = s.id
    cross join lateral (values
        ('id', 'is missing', s.id is null, null, null),
        ('id', 'is longer than 200 characters', length(s.id) > 200, null, null),
        ('kind', 'is missing', s.kind is null, null, null),
        ('kind', format('"%s" is neither reseller nor customer', s.kind), s.kind not in ('reseller', 'customer'), s.kind, 'reseller customer'),
        ('kind', format('was %s and can''t become %s', o.kind, s.kind), o.kind <> s.kind and s.kind in ('reseller', 'customer'), null, null),
        ('name', 'is missing', s.name is null, null, null),
        ('parent', 'is missing: a customer has a reseller', s.kind = 'customer' and s.parent is null, null, null),
        ('parent', format('"%s" is neither in the file nor known', s.parent), s.parent is not null and p.id is null and k.id is null, s.parent, 'parent'),
        -- Whoever is known stays what he is: a wrong kind in his own line is told there.
        ('parent', format('"%s" is a customer', s.parent), coalesce(k.kind, p.kind) = 'customer', null, null),
        ('username_email', format('"%s" is no address', s.username_email), not desk.import_is_address(s.username_email), null, null),
        ('abuse_email', format('"%s" is no address', s.abuse_email), not desk.import_is_address(s.abuse_email), null, null),
        ('language', format('"%s" is no language (de, pt-BR)', s.language), s.language !~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$', null, null),
        ('sending', format('"%s" is neither own nor on-behalf', s.sending), s.sending not in ('own', 'on-behalf'), s.sending, 'own on-behalf')
    ) e(col, detail, bad, word, near)
    where e.bad and (length(s.id) <= 200 and s.kind in ('reseller', 'customer') and (o.kind is null or o.kind = s.kind) and s.name is not null
        and case when s.parent is null then s.kind = 'reseller' else coalesce(k.kind, p.kind) = 'reseller' end
        and (s.username_email is null or desk.import_is_address(s.username_email))
        and (s.abuse_email is null or desk.import_is_address(s.abuse_email))
        and s.language is null and (s.sending is null or s.sending in ('own', 'on-behalf'))) is not true;

    insert into import_error
    select s.line, 'id', format('"%s" stands in line %s already', s.id, s.first)
    from (select line, id, first_value(line) over (partition by id order by line) as first from import_stage where id is not null) s
    where s.line <> s.first;

    if exists (select from import_stage where timezone is not null) then
        insert into import_error
        select line, 'timezone', format('"%s" is no time zone', timezone), timezone, 'timezone' from import_stage
        where timezone not in (select name from pg_catalog.pg_timezone_names);
    end if;
end
$$;
comment on function desk.import_check_parties is 'Notes what is wrong with the rows of a file of parties.';

-- The tree as it will be; who is not reached from a root is its own ancestor.
create or replace function desk.import_check_tree() returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    create temp table import_tree on commit drop as
    with recursive final as (
        select id as ref, parent from import_stage
        union all
        select p.ref, u.ref from desk.party p left join desk.party u on u.id = p.parent
        where not exists (select from import_stage s where s.id = p.ref)
    ), reached as (
        select ref, 0 as level from final where parent is null
        union all
        select f.ref, r.level + 1 from final f join reached r on f.parent = r.ref
    )
    select ref, level from reached;

    insert into import_error
    select s.line, 'parent', format('"%s" is below "%s" itself', s.parent, s.id)
    from import_stage s where not exists (select from import_tree t where t.ref = s.id);
end
$$;
comment on function desk.import_check_tree is 'Notes parties whose parent is missing or that would stand below themselves.';

-- A party that went to another desk: the former one can't write to anybody about it any more.
create or replace function desk.parties_left(p_now timestamptz) returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    perform desk.cancel_actions(array(select a.id from action a where a.state in ('proposed', 'approved', 'executing')
        and not exists (select from party_closure k where k.descendant = a.party and k.ancestor = a.desk) order by a.id), 'went to another desk', session_user, p_now);
    with closed as (
        update "case" c set state = 'closed', outcome = 'not-ours', closed_at = p_now, changed_at = p_now, due_at = null, note = 'went to another desk'
        where c.state <> 'closed' and not exists (select from party_closure k where k.descendant = c.party and k.ancestor = c.desk)
        returning c.id, c.resource, c.party
    )
    insert into audit (at, who, what, "case", resource, party, detail)
    select p_now, session_user, 'case-closed', id, resource, party, '{"outcome": "not-ours", "why": "went to another desk"}' from closed;
end
$$;
comment on function desk.parties_left is 'Closes the cases, and cancels the actions, of parties that are not below the desk in charge any more.';

create or replace function desk.import_parties(p_complete boolean, p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_level int;
begin
    perform desk.import_check_parties();
    if exists (select from import_error) then
        return;
    end if;
    perform desk.import_check_tree();
    if exists (select from import_error) then
        return;
    end if;

    create temp table import_row on commit drop as
    select s.*, t.level, o.id as old, c.changes,
        case when o.id is null then 'added' when c.changes is null then 'unchanged' else 'changed' end as what
    from import_stage s
    join import_tree t on t.ref = s.id
    left join desk.party o on o.ref = s.id
    left join desk.party u on u.id = o.parent
    left join lateral (
        select jsonb_object_agg(d.col, jsonb_build_array(d.was, d.is)) as changes
        from (values
            ('parent', u.ref, s.parent), ('name', o.name, s.name), ('username_email', o.username_email, s.username_email),
            ('abuse_email', o.abuse_email, s.abuse_email), ('signature', o.signature, s.signature),
            ('language', o.language, s.language), ('brand', o.brand, s.brand),
            ('sending', o.sending, coalesce(s.sending, 'on-behalf')), ('timezone', o.timezone, s.timezone),
            ('left_at', o.left_at::text, null)) d(col, was, "is")
        where o.id is not null and d.was is distinct from d.is
            and (u.ref, o.name, o.username_email, o.abuse_email, o.signature, o.language, o.brand, o.sending, o.timezone, o.left_at)
                is distinct from (s.parent, s.name, s.username_email, s.abuse_email, s.signature, s.language, s.brand,
                    coalesce(s.sending, 'on-behalf'), s.timezone, null::timestamptz)
    ) c on true;

    for v_level in select distinct level from import_tree order by 1 loop
        insert into desk.party (ref, kind, parent, name, username_email, abuse_email, signature, language, brand, sending, timezone, created_at)
        select r.id, r.kind, u.id, r.name, r.username_email, r.abuse_email, r.signature, r.language, r.brand,
            coalesce(r.sending, 'on-behalf'), r.timezone, p_now
        from import_row r left join desk.party u on u.ref = r.parent
        where r.what = 'added' and r.level = v_level
        order by r.line;
        update desk.party p set parent = u.id, name = r.name, username_email = r.username_email,
            abuse_email = r.abuse_email, signature = r.signature, language = r.language, brand = r.brand,
            sending = coalesce(r.sending, 'on-behalf'), timezone = r.timezone, left_at = null
        from import_row r left join desk.party u on u.ref = r.parent
        where p.id = r.old and r.what = 'changed' and r.level = v_level;
    end loop;

    if exists (select from import_row r where r.what = 'changed' and r.changes ? 'parent') then
        perform desk.parties_left(p_now);
        perform desk.lift_cease(null, p_now);
    end if;

    if p_complete then
        insert into import_error
        select null, null, format('"%s" is not in the file, but has domains, networks or parties below it', p.ref)
        from desk.party p
        where p.left_at is null and not exists (select from import_stage s where s.id = p.ref)
            and (exists (select from desk.resource r where r.party = p.id and r.ended_at is null)
                or exists (select from desk.party c where c.parent = p.id and exists (select from import_stage s where s.id = c.ref)));
        return query
        with gone as (
            update desk.party p set left_at = p_now
            where p.left_at is null and not exists (select from import_stage s where s.id = p.ref)
            returning p.ref
        )
        select 'removed', null::int, 'id', ref from gone order by ref limit 1000;
    end if;
    return query select 'changed', r.line, d.key, format('%s: %s -> %s', r.id, coalesce(d.value ->> 0, 'none'), coalesce(d.value ->> 1, 'none'))
        from import_row r cross join jsonb_each(r.changes) d where r.what = 'changed' order by 2, 3 limit 1000;
    return query select r.what, null::int, null::text, count(*)::text from import_row r group by r.what order by r.what;
end
$$;
comment on function desk.import_parties is 'Second half of import_finish() for parties.';
reset check_function_bodies;
