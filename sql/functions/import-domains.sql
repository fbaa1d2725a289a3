-- Import of domains and networks, and what follows when a resource leaves its customer.
set role complaint_owner;
set check_function_bodies = off;

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

-- Suspended by the operator's own system: what waits for a decision about it is decided. An approval of ours that is
-- being carried out ends by itself.
create or replace function desk.resource_suspended(p_resources bigint[], p_by text, p_now timestamptz) returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_here bigint[] := array(select r.id from unnest(p_resources) r(id) where not exists (select from desk.action a
        where a.resource = r.id and a.kind = 'suspend' and a.state in ('approved', 'executing')));
    v_closed bigint[];
begin
    perform desk.cancel_actions(array(select a.id from desk.action a where a.resource = any(v_here) and a.state = 'proposed' order by a.id),
        'already suspended', p_by, p_now);
    with closed as (
        update desk."case" c set state = 'closed', outcome = 'suspended', closed_at = p_now, changed_at = p_now, due_at = null, note = 'suspended elsewhere'
        where c.resource = any(v_here) and c.track = 'abuse' and c.state <> 'closed'
        returning c.id, c.resource, c.party
    ), noted as (
        insert into desk.audit (at, who, what, "case", resource, party, detail)
        select p_now, p_by, 'case-closed', id, resource, party, '{"outcome": "suspended", "why": "suspended elsewhere"}' from closed
    )
    select array_agg(id order by id) into v_closed from closed;
    perform desk.tell_outcome(v_closed, nextval('desk.run'), p_now);
    notify desk_work;
end
$$;
comment on function desk.resource_suspended is 'Closes the abuse cases of resources that somebody else has suspended, drops what was proposed, tells the complainants.';

create or replace function desk.import_check_domains() returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    -- The words are made only for rows that are not wholly right.
    -- The tool has written names like this; other ways to fill the stage may not have.
    insert into import_error
    select s.line, e.col, e.detail, e.word, e.near
    from import_stage s
    left join desk.party p on p.ref = s.customer
    cross join lateral (values
        ('name', 'is missing', s.name is null, null, null),
        ('name', format('"%s" is an address: addresses are imported as networks', s.name), desk.to_inet(s.name) is not null, null, null),
        ('name', format('"%s" is no domain name (in lower case, xn-- where it is not ASCII, no dot at the end)', s.name),
            not desk.import_is_domain(s.name) and desk.to_inet(s.name) is null, null, null),
        ('customer', 'is missing', s.customer is null, null, null),
        ('customer', format('"%s" is not known: import parties first', s.customer), s.customer is not null and p.id is null, s.customer, 'customer'),
        ('customer', format('"%s" is a reseller, not a customer', s.customer), p.kind = 'reseller', null, null),
        ('status', format('"%s" is none of active, suspended, deleted', s.status), s.status not in ('active', 'suspended', 'deleted'), s.status, 'active suspended deleted'),
        ('registrant_email', format('"%s" is no address', s.registrant_email), not desk.import_is_address(s.registrant_email), null, null),
        ('admin_email', format('"%s" is no address', s.admin_email), not desk.import_is_address(s.admin_email), null, null),
        ('billing_email', format('"%s" is no address', s.billing_email), not desk.import_is_address(s.billing_email), null, null),
        ('tech_email', format('"%s" is no address', s.tech_email), not desk.import_is_address(s.tech_email), null, null),
        ('protected', format('"%s" is neither yes nor no', s.protected), s.protected not in ('yes', 'no'), null, null)
    ) e(col, detail, bad, word, near)
    where e.bad and (desk.import_is_domain(s.name) and (s.protected is null or s.protected in ('yes', 'no')) and p.kind = 'customer' and (s.status is null or s.status in ('active', 'suspended', 'deleted'))
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
comment on function desk.import_check_domains is 'Notes what is wrong with the rows of a file of domains.';

create or replace function desk.import_check_services() returns void
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    insert into import_error
    select s.line, 'services', format('"%s" is no service', v.wrong), v.wrong,
        'registration hosting mail-hosting smtp mail-redirection web-redirection web-redirection:unset dns sending'
    from (select d.services, desk.import_services_wrong(d.services) as wrong
        from (select distinct services from import_stage where services is not null offset 0) d) v
    join import_stage s on s.services = v.services
    where v.wrong is not null;
end
$$;
comment on function desk.import_check_services is 'Notes services that do not exist.';

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
    select n.*, o.id as old, o.status as was, n.created > o.created as is_new,
        case when o.id is null then case n.status when 'deleted' then 'unchanged' else 'added' end
            when n.status = 'deleted' then 'removed'
            when o.party <> n.party or n.created > o.created then 'moved'
            when (o.status, o.registrar, o.registrant_email, o.admin_email, o.billing_email, o.tech_email, o.services, o.created, o.expires, o.order_ref)
                is distinct from
                (n.status, n.registrar, n.registrant_email, n.admin_email, n.billing_email, n.tech_email, n.services, n.created, n.expires, n.order_ref)
                or n.protected = 'yes' and o.protected is null or n.protected = 'no' and o.protected is not null
            then 'changed' else 'unchanged' end as what
    from (
        select s.line, s.name, p.id as party, s.customer, coalesce(s.status, 'active') as status, s.registrar, s.registrant_email,
            s.admin_email, s.billing_email, s.tech_email, v.list as services, c.day as created, e.day as expires, s.order_ref, s.protected
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
            ('expires', o.expires::text, r.expires::text), ('order_ref', o.order_ref, r.order_ref),
            ('protected', case when o.protected is null then 'no' else 'yes' end, coalesce(r.protected, case when o.protected is null or r.what = 'moved' then 'no' else 'yes' end))) d(col, was, "is")
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
        protected = case r.protected when 'yes' then coalesce(o.protected, 'by the inventory') when 'no' then null else o.protected end,
        -- The operator's own system has reinstated it.
        counted_from = case when o.status = 'suspended' and r.status = 'active' then p_now else o.counted_from end
    from import_row r where o.id = r.old and r.what = 'changed';
    -- ... or has suspended it: nothing is left to decide.
    perform desk.resource_suspended(array(select o.id from import_row r join desk.resource o on o.id = r.old
        where r.what = 'changed' and r.status = 'suspended' and r.was = 'active' and o.complaints > 0 order by 1), session_user, p_now);
    perform desk.forgive(array(select o.id from import_row r join desk.resource o on o.id = r.old
        where r.what = 'changed' and o.counted_from = p_now
            and (o.complaints > 0 or exists (select from desk."case" c where c.resource = o.id and c.state <> 'closed')) order by 1), p_now);
    insert into desk.resource (kind, name, party, services, status, registered_at, counted_from, registrar, registrant_email, admin_email,
        billing_email, tech_email, created, expires, order_ref, protected)
    select 'domain', r.name, r.party, r.services, r.status,
        s.since, case when r.what = 'moved' then s.since else '-infinity' end, -- what is told late of the holder before is not the new one's
        r.registrar, r.registrant_email, r.admin_email, r.billing_email, r.tech_email, r.created, r.expires, r.order_ref,
        case when r.protected = 'yes' then 'by the inventory' end
    from import_row r
    cross join lateral (select case when r.what = 'added' or r.is_new then coalesce(r.created::timestamp at time zone 'UTC', p_now) else p_now end as since) s
    where r.what in ('added', 'moved')
    order by r.line;

    perform desk.lift_cease(null, p_now);

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
    select s.line, e.col, e.detail || case when e.col = 'network' and e.word is not null then coalesce('; did you mean "' || desk.import_network_around(e.word) || '"?', '') else '' end,
        case when e.near is not null then e.word end, e.near
    from import_stage s
    left join desk.party p on p.ref = s.party
    cross join lateral (values
        ('network', 'is missing', s.network is null, null, null),
        ('network', format('"%s" is no network in CIDR form (192.0.2.0/24)', s.network), s.network is not null and desk.import_network(s.network) is null, s.network, null),
        ('party', 'is missing', s.party is null, null, null),
        ('party', format('"%s" is not known: import parties first', s.party), s.party is not null and p.id is null, s.party, 'party')
    ) e(col, detail, bad, word, near)
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
reset check_function_bodies;
