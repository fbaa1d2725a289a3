-- Import of parties, domains and networks: import_begin() makes the stage, COPY fills it with the file's texts,
-- import_finish() checks, compares and writes. Rows of "error" mean that nothing may be kept: the caller rolls back.
set role complaint_owner;

create or replace function desk.import_begin(p_kind text) returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    drop table if exists pg_temp.import_stage, pg_temp.import_error, pg_temp.import_row;
    case p_kind
    when 'parties' then
        create temp table import_stage (line int, id text collate "C", kind text, parent text collate "C", name text,
            username_email text, abuse_email text, signature text, language text, brand text, sending text,
            timezone text) on commit drop;
    when 'domains' then
        create temp table import_stage (line int, name text collate "C", customer text collate "C", registrar text,
            status text, registrant_email text, admin_email text, billing_email text, tech_email text, services text,
            created text, expires text, order_ref text) on commit drop;
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
    else
        raise exception 'nothing called % can be imported', p_kind using hint = 'parties, domains, networks, hosts, volumes, redirections, identifiers or loops';
    end case;
    create temp table import_error (line int, col text, detail text) on commit drop;
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

create or replace function desk.import_services_wrong(p_text text) returns text
language sql immutable as $$
    select min(s) from regexp_split_to_table(btrim(p_text), '\s+') s
    where s <> all (array['registration', 'hosting', 'mail-hosting', 'smtp', 'mail-redirection', 'web-redirection',
        'web-redirection:unset', 'dns', 'sending'])
$$;
comment on function desk.import_services_wrong is 'The first word of a list of services that is no service, or null.';

-- A resource that is not its customer's any more: nothing more is done about it. Answers to complainants go out.
create or replace function desk.resource_left(p_resources bigint[], p_why text, p_by text, p_now timestamptz default now())
returns int
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_closed int;
begin
    perform desk.cancel_actions(array(select a.id from desk.action a
        where a.resource = any (p_resources) and a.state in ('proposed', 'approved', 'executing') order by a.id), p_why, p_by, p_now);
    update desk.outbox o set state = 'cancelled', reason = p_why
    where o.state in ('owed', 'held', 'deferred') and o.audience in ('customer', 'reseller', 'contact', 'staff')
        and o.id in (select i.outbox from desk.outbox_item i where i.resource = any (p_resources))
        and not exists (select from desk.outbox_item i
            where i.outbox = o.id and i.resource <> all (p_resources));

    with closed as (
        update desk."case" c set state = 'closed', outcome = 'not-ours', closed_at = p_now, changed_at = p_now,
            due_at = null, note = p_why
        where c.resource = any (p_resources) and c.state <> 'closed'
        returning c.id, c.resource, c.party
    )
    insert into desk.audit (at, who, what, "case", resource, party, detail)
    select p_now, p_by, 'case-closed', id, resource, party, jsonb_build_object('outcome', 'not-ours', 'why', p_why)
    from closed;
    get diagnostics v_closed = row_count;
    return v_closed;
end
$$;
comment on function desk.resource_left is 'Closes the cases of resources that left or changed hands, cancels their actions and the notices owed for them alone; returns how many cases.';

create or replace function desk.import_check_parties() returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    -- The words are made only for rows that are not wholly right.
    insert into import_error
    select s.line, e.col, e.detail
    from import_stage s
    left join import_stage p on p.id = s.parent
    left join desk.party k on k.ref = s.parent
    left join desk.party o on o.ref = s.id
    cross join lateral (values
        ('id', 'is missing', s.id is null),
        ('id', 'is longer than 200 characters', length(s.id) > 200),
        ('kind', 'is missing', s.kind is null),
        ('kind', format('"%s" is neither reseller nor customer', s.kind), s.kind not in ('reseller', 'customer')),
        ('kind', format('was %s and can''t become %s', o.kind, s.kind), o.kind <> s.kind),
        ('name', 'is missing', s.name is null),
        ('parent', 'is missing: a customer has a reseller', s.kind = 'customer' and s.parent is null),
        ('parent', format('"%s" is neither in the file nor known', s.parent), s.parent is not null and p.id is null and k.id is null),
        ('parent', format('"%s" is a customer', s.parent), coalesce(p.kind, k.kind) = 'customer'),
        ('username_email', format('"%s" is no address', s.username_email), not desk.import_is_address(s.username_email)),
        ('abuse_email', format('"%s" is no address', s.abuse_email), not desk.import_is_address(s.abuse_email)),
        ('language', format('"%s" is no language', s.language), s.language !~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$'),
        ('sending', format('"%s" is neither own nor on-behalf', s.sending), s.sending not in ('own', 'on-behalf'))
    ) e(col, detail, bad)
    where e.bad and (length(s.id) <= 200 and s.kind in ('reseller', 'customer') and (o.kind is null or o.kind = s.kind) and s.name is not null
        and case when s.parent is null then s.kind = 'reseller' else coalesce(p.kind, k.kind) = 'reseller' end
        and (s.username_email is null or desk.import_is_address(s.username_email))
        and (s.abuse_email is null or desk.import_is_address(s.abuse_email))
        and s.language is null and (s.sending is null or s.sending in ('own', 'on-behalf'))) is not true;

    insert into import_error
    select s.line, 'id', format('"%s" stands in line %s already', s.id, s.first)
    from (select line, id, first_value(line) over (partition by id order by line) as first from import_stage where id is not null) s
    where s.line <> s.first;

    if exists (select from import_stage where timezone is not null) then
        insert into import_error
        select line, 'timezone', format('"%s" is no time zone', timezone) from import_stage
        where timezone not in (select name from pg_catalog.pg_timezone_names);
    end if;
end
$$;

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

create or replace function desk.import_check_domains() returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    -- The words are made only for rows that are not wholly right.
    insert into import_error
    select s.line, e.col, e.detail
    from import_stage s
    left join desk.party p on p.ref = s.customer
    cross join lateral (values
        ('name', 'is missing', s.name is null),
        ('customer', 'is missing', s.customer is null),
        ('customer', format('"%s" is not known: import parties first', s.customer), s.customer is not null and p.id is null),
        ('customer', format('"%s" is a reseller, not a customer', s.customer), p.kind = 'reseller'),
        ('status', format('"%s" is none of active, suspended, deleted', s.status), s.status not in ('active', 'suspended', 'deleted')),
        ('registrant_email', format('"%s" is no address', s.registrant_email), not desk.import_is_address(s.registrant_email)),
        ('admin_email', format('"%s" is no address', s.admin_email), not desk.import_is_address(s.admin_email)),
        ('billing_email', format('"%s" is no address', s.billing_email), not desk.import_is_address(s.billing_email)),
        ('tech_email', format('"%s" is no address', s.tech_email), not desk.import_is_address(s.tech_email))
    ) e(col, detail, bad)
    where e.bad and (s.name is not null and p.kind = 'customer' and (s.status is null or s.status in ('active', 'suspended', 'deleted'))
        and (s.registrant_email is null or desk.import_is_address(s.registrant_email))
        and (s.admin_email is null or desk.import_is_address(s.admin_email))
        and (s.billing_email is null or desk.import_is_address(s.billing_email))
        and (s.tech_email is null or desk.import_is_address(s.tech_email))) is not true;

    insert into import_error
    select s.line, 'name', format('"%s" stands in line %s already', s.name, s.first)
    from (select line, name, min(line) over (partition by name) as first from import_stage where name is not null) s
    where s.line <> s.first;

    -- Few different values stand in many rows; "offset 0" keeps the planner from asking about each row.
    insert into import_error
    select s.line, d.col, format('"%s" is no date (2026-03-01)', d.value)
    from (
        select 'created' as col, v.created as value from (select distinct created from import_stage offset 0) v
            where v.created is not null and desk.import_date(v.created) is null
        union all
        select 'expires', v.expires from (select distinct expires from import_stage offset 0) v
            where v.expires is not null and desk.import_date(v.expires) is null
    ) d
    join import_stage s on d.value = case d.col when 'created' then s.created else s.expires end;
    perform desk.import_check_services();
end
$$;

create or replace function desk.import_check_services() returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    insert into import_error
    select s.line, 'services', format('"%s" is no service', v.wrong)
    from (select d.services, desk.import_services_wrong(d.services) as wrong
        from (select distinct services from import_stage where services is not null offset 0) d) v
    join import_stage s on s.services = v.services
    where v.wrong is not null;
end
$$;

create or replace function desk.import_domains(p_complete boolean, p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_gone bigint[];
    v_cases int;
begin
    perform desk.import_check_domains();
    if exists (select from import_error) then
        return;
    end if;

    create temp table import_row on commit drop as
    select n.*, o.id as old,
        case when o.id is null then case n.status when 'deleted' then 'unchanged' else 'added' end
            when n.status = 'deleted' then 'removed'
            when o.party <> n.party or n.created > o.created then 'moved'
            when (o.status, o.registrar, o.registrant_email, o.admin_email, o.billing_email, o.tech_email, o.services, o.created, o.expires, o.order_ref)
                is distinct from
                (n.status, n.registrar, n.registrant_email, n.admin_email, n.billing_email, n.tech_email, n.services, n.created, n.expires, n.order_ref)
            then 'changed' else 'unchanged' end as what
    from (
        select s.line, s.name, p.id as party, s.customer, coalesce(s.status, 'active') as status, s.registrar, s.registrant_email,
            s.admin_email, s.billing_email, s.tech_email, v.list as services, c.day as created, e.day as expires, s.order_ref
        from import_stage s
        join desk.party p on p.ref = s.customer
        join (select d.services, regexp_split_to_array(btrim(coalesce(d.services, 'registration')), '\s+') as list
            from (select distinct services from import_stage) d) v on coalesce(v.services, '') = coalesce(s.services, '')
        left join (select d.created, desk.import_date(d.created) as day from (select distinct created from import_stage) d) c on c.created = s.created
        left join (select d.expires, desk.import_date(d.expires) as day from (select distinct expires from import_stage) d) e on e.expires = s.expires
    ) n
    left join desk.resource o on o.name = n.name and o.kind = 'domain' and o.ended_at is null;
    analyze import_row;

    return query select 'changed', r.line, d.col, format('%s: %s -> %s', r.name, coalesce(d.was, 'none'), coalesce(d.is, 'none'))
        from import_row r
        join desk.resource o on o.id = r.old
        join desk.party p on p.id = o.party
        cross join lateral (values ('customer', p.ref, r.customer), ('status', o.status, r.status), ('registrar', o.registrar, r.registrar),
            ('registrant_email', o.registrant_email, r.registrant_email), ('admin_email', o.admin_email, r.admin_email),
            ('billing_email', o.billing_email, r.billing_email), ('tech_email', o.tech_email, r.tech_email),
            ('services', array_to_string(o.services, ' '), array_to_string(r.services, ' ')), ('created', o.created::text, r.created::text),
            ('expires', o.expires::text, r.expires::text), ('order_ref', o.order_ref, r.order_ref)) d(col, was, "is")
        where r.what in ('changed', 'moved', 'removed') and d.was is distinct from d.is
        order by r.line limit 1000;

    -- What leaves goes first: a name is current once.
    v_gone := array(select r.old from import_row r where r.what in ('moved', 'removed'));
    if p_complete then
        v_gone := v_gone || array(select o.id from desk.resource o where o.kind = 'domain' and o.ended_at is null
            and not exists (select from import_stage s where s.name = o.name));
        return query select 'removed', null::int, 'name', o.name from desk.resource o where o.id = any (v_gone)
            and not exists (select from import_stage s where s.name = o.name) order by o.name limit 1000;
    end if;
    v_cases := desk.resource_left(v_gone, 'left', session_user, p_now);
    update desk.resource o set ended_at = p_now,
        status = case when r.what = 'moved' then o.status else 'deleted' end
    from unnest(v_gone) g(id) left join import_row r on r.old = g.id
    where o.id = g.id;

    update desk.resource o set status = r.status, registrar = r.registrar, registrant_email = r.registrant_email,
        admin_email = r.admin_email, billing_email = r.billing_email, tech_email = r.tech_email, services = r.services,
        created = r.created, expires = r.expires, order_ref = r.order_ref,
        -- The operator's own system has reinstated it.
        counted_from = case when o.status = 'suspended' and r.status = 'active' then p_now else o.counted_from end
    from import_row r where o.id = r.old and r.what = 'changed';
    perform desk.forgive(array(select o.id from import_row r join desk.resource o on o.id = r.old
        where r.what = 'changed' and o.counted_from = p_now and o.complaints > 0 order by 1), p_now);
    insert into desk.resource (kind, name, party, services, status, registered_at, registrar, registrant_email, admin_email,
        billing_email, tech_email, created, expires, order_ref)
    select 'domain', r.name, r.party, r.services, r.status,
        case when r.what = 'moved' then p_now else coalesce(r.created::timestamptz, p_now) end,
        r.registrar, r.registrant_email, r.admin_email, r.billing_email, r.tech_email, r.created, r.expires, r.order_ref
    from import_row r where r.what in ('added', 'moved')
    order by r.line;

    if p_complete then
        return query select 'left', null::int, null::text, count(*)::text from desk.resource o
            where o.id = any (v_gone) and not exists (select from import_row r where r.old = o.id) having count(*) > 0;
    end if;
    return query select r.what, null::int, null::text, count(*)::text from import_row r group by r.what order by r.what;
    return query select 'cases closed', null::int, null::text, v_cases::text where v_cases > 0;
end
$$;
comment on function desk.import_domains is 'Second half of import_finish() for domains: a name that changes hands or is created anew is a new registration.';

create or replace function desk.import_networks(p_complete boolean, p_now timestamptz)
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_gone bigint[];
    v_cases int;
begin
    insert into import_error
    select s.line, e.col, e.detail
    from import_stage s
    left join desk.party p on p.ref = s.party
    cross join lateral (values
        ('network', 'is missing', s.network is null),
        ('network', format('"%s" is no network in CIDR form (192.0.2.0/24)', s.network), s.network is not null and desk.import_network(s.network) is null),
        ('party', 'is missing', s.party is null),
        ('party', format('"%s" is not known: import parties first', s.party), s.party is not null and p.id is null)
    ) e(col, detail, bad)
    where e.bad;
    insert into import_error
    select s.line, 'network', format('"%s" stands in line %s already', s.network, s.first)
    from (select n.line, n.network, min(n.line) over (partition by desk.import_network(n.network)) as first
        from import_stage n where desk.import_network(n.network) is not null) s
    where s.line <> s.first;
    perform desk.import_check_services();
    if exists (select from import_error) then
        return;
    end if;

    create temp table import_row on commit drop as
    select n.*, o.id as old,
        case when o.id is null then 'added' when o.party <> n.party then 'moved'
            when o.services <> n.services then 'changed' else 'unchanged' end as what
    from (
        select s.line, desk.import_network(s.network) as network, p.id as party, s.party as ref,
            regexp_split_to_array(btrim(coalesce(s.services, 'hosting')), '\s+') as services
        from import_stage s join desk.party p on p.ref = s.party
    ) n
    left join desk.resource o on o.kind = 'network' and o.network = n.network and o.ended_at is null;

    return query select 'changed', r.line, d.col, format('%s: %s -> %s', r.network, d.was, d.is)
        from import_row r join desk.resource o on o.id = r.old join desk.party p on p.id = o.party
        cross join lateral (values ('party', p.ref, r.ref),
            ('services', array_to_string(o.services, ' '), array_to_string(r.services, ' '))) d(col, was, "is")
        where r.what in ('changed', 'moved') and d.was is distinct from d.is order by r.line limit 1000;

    v_gone := array(select r.old from import_row r where r.what = 'moved');
    if p_complete then
        v_gone := v_gone || array(select o.id from desk.resource o where o.kind = 'network' and o.ended_at is null
            and not exists (select from import_row r where r.network = o.network));
        return query select 'removed', null::int, 'network', o.name from desk.resource o where o.id = any (v_gone)
            and not exists (select from import_row r where r.old = o.id) order by o.name limit 1000;
    end if;
    v_cases := desk.resource_left(v_gone, 'left', session_user, p_now);
    update desk.resource o set ended_at = p_now where o.id = any (v_gone);
    update desk.resource o set services = r.services from import_row r where o.id = r.old and r.what = 'changed';
    insert into desk.resource (kind, name, party, services, registered_at, network)
    select 'network', r.network::text, r.party, r.services, p_now, r.network
    from import_row r where r.what in ('added', 'moved') order by r.line;

    return query select r.what, null::int, null::text, count(*)::text from import_row r group by r.what order by r.what;
    return query select 'cases closed', null::int, null::text, v_cases::text where v_cases > 0;
end
$$;
comment on function desk.import_networks is 'Second half of import_finish() for networks.';

create or replace function desk.import_finish(p_kind text, p_dry_run boolean default false, p_complete boolean default false,
    p_now timestamptz default now())
returns table (what text, line int, col text, detail text)
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
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
        return query select * from desk.import_identifiers(session_user::text, p_now);
    elsif p_kind = 'redirections' then
        return query select * from desk.import_redirections(p_dry_run, p_now);
    elsif p_kind = 'hosts' then
        return query select * from desk.import_hosts(session_user::text, p_now);
    else
        return query select * from desk.import_loops(session_user::text, p_now);
    end if;
    if exists (select from import_error) then
        return query select 'error', e.line, e.col, e.detail from import_error e order by e.line, e.col limit 1000;
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

comment on function desk.import_check_parties is 'Notes what is wrong with the rows of a file of parties.';
comment on function desk.import_check_tree is 'Notes parties whose parent is missing or that would stand below themselves.';
comment on function desk.import_check_domains is 'Notes what is wrong with the rows of a file of domains.';
comment on function desk.import_check_services is 'Notes services that do not exist.';
