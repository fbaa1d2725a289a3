-- What follows from a change of parties and resources, whoever makes it: the closure of
-- the tree and the figures of every subtree. Statement-level, set-based. And what a deletion takes along or may not.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.party_inserted() returns trigger
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    insert into party_closure (ancestor, descendant, depth)
    with recursive up as (
        select id as descendant, id as ancestor, parent, 0 as depth from added
        union all
        select u.descendant, p.id, p.parent, u.depth + 1 from up u join party p on p.id = u.parent where u.depth < 1000
    )
    select ancestor, descendant, depth from up;
    insert into party_figure (party) select id from added order by id;
    return null;
end
$$;
comment on function desk.party_inserted is 'Adds the closure and empty figures of new parties.';

create or replace function desk.party_moved() returns trigger
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_moved bigint[];
    v_above bigint[];
begin
    select array_agg(n.id) into v_moved from after n join before o using (id) where n.parent is distinct from o.parent;
    if v_moved is null then
        return null;
    end if;
    if exists (
        with recursive up as (
            select p.id, p.parent, array[p.id] as path from party p where p.id = any(v_moved)
            union all
            select p.id, p.parent, u.path || p.id from up u join party p on p.id = u.parent where not p.id = any(u.path)
        )
        select from up where parent = any(path)) then
        raise exception 'a party cannot stand below itself' using errcode = 'check_violation';
    end if;

    -- Whoever was above loses the figures of what moved, whoever is above now gains them. Several
    -- moves in one statement may contain each other, so both sides are counted anew.
    v_above := array(select distinct ancestor from party_closure where descendant = any(v_moved));

    delete from party_closure c using party_closure below
        where below.ancestor = any(v_moved) and c.descendant = below.descendant;
    insert into party_closure (ancestor, descendant, depth)
    with recursive down as (
        select id from party where id = any(v_moved)
        union
        select p.id from down d join party p on p.parent = d.id
    ), up as (
        select id as descendant, id as ancestor, (select parent from party where id = down.id) as parent, 0 as depth from down
        union all
        select u.descendant, p.id, p.parent, u.depth + 1 from up u join party p on p.id = u.parent
    )
    select ancestor, descendant, depth from up
    on conflict do nothing;

    v_above := v_above || array(select distinct ancestor from party_closure where descendant = any(v_moved));
    perform desk.figures_recount(array(select distinct a from unnest(v_above) a order by 1));
    return null;
end
$$;
comment on function desk.party_moved is 'Rebuilds the closure below parties that got another parent, and the figures above them.';

create or replace function desk.figures_recount(p_parties bigint[]) returns void
language sql volatile security definer set search_path = desk, pg_temp as $$
    update party_figure f set domains = s.domains, suspended = s.suspended, complaints = s.complaints,
        complained = s.complained, counting = s.counting, spamming = s.spamming
    from (
        select t.id,
            count(r.id) filter (where r.status <> 'deleted') as domains,
            count(r.id) filter (where r.status = 'suspended') as suspended,
            coalesce(sum(r.complaints), 0) as complaints,
            count(r.id) filter (where r.status <> 'deleted' and r.complaints > 0) as complained,
            coalesce(sum(r.counting), 0) as counting,
            count(r.id) filter (where r.status <> 'deleted' and r.counting > 0) as spamming
        from unnest(p_parties) t(id)
        join party_closure c on c.ancestor = t.id
        left join resource r on r.party = c.descendant and r.kind = 'domain' and r.ended_at is null
        group by t.id
    ) s
    where f.party = s.id
$$;
comment on function desk.figures_recount is 'Counts the figures of these parties anew from the resources below them.';

-- One row for each party whose own resources changed, with what came or went.
create or replace function desk.figures_add(p_changes desk.party_figure[]) returns void
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_custom_plan -- one row, or all of an import
as $$
begin
    update party_figure f set domains = f.domains + d.domains, suspended = f.suspended + d.suspended,
        complaints = f.complaints + d.complaints, complained = f.complained + d.complained,
        counting = f.counting + d.counting, spamming = f.spamming + d.spamming
    from (
        select c.ancestor, sum(o.domains) as domains, sum(o.suspended) as suspended, sum(o.complaints) as complaints,
            sum(o.complained) as complained, sum(o.counting) as counting, sum(o.spamming) as spamming
        from unnest(p_changes) o join party_closure c on c.descendant = o.party
        where (o.domains, o.suspended, o.complaints, o.complained, o.counting, o.spamming) <> (0, 0, 0, 0, 0, 0)
        group by c.ancestor order by c.ancestor
    ) d
    where f.party = d.ancestor;
end
$$;
comment on function desk.figures_add is 'Adds changes of parties to their own figures and to those of all above them.';

create or replace function desk.figures_add_inserted() returns trigger
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    perform desk.figures_add(array(
        select row(party, count(*) filter (where status <> 'deleted'), count(*) filter (where status = 'suspended'), sum(complaints),
            count(*) filter (where status <> 'deleted' and complaints > 0), sum(counting),
            count(*) filter (where status <> 'deleted' and counting > 0), null)::party_figure
        from after where kind = 'domain' and ended_at is null group by party));
    return null;
end
$$;
comment on function desk.figures_add_inserted is 'Adds new resources to the figures of their parties.';

create or replace function desk.figures_add_changed() returns trigger
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    perform desk.figures_add(array(
        select row(party, sum(sign * (status <> 'deleted')::int), sum(sign * (status = 'suspended')::int), sum(sign * complaints),
            sum(sign * (status <> 'deleted' and complaints > 0)::int), sum(sign * counting),
            sum(sign * (status <> 'deleted' and counting > 0)::int), null)::party_figure
        from (
            select 1 as sign, party, status, complaints, counting from after where kind = 'domain' and ended_at is null
            union all
            select -1, party, status, complaints, counting from before where kind = 'domain' and ended_at is null
        ) b group by party));
    return null;
end
$$;
comment on function desk.figures_add_changed is 'Carries changes of resources (status, owner, end, complaints) into the figures of their parties.';

create or replace function desk.figures_add_deleted() returns trigger
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    perform desk.figures_recount(array(
        select distinct c.ancestor from before b join party_closure c on c.descendant = b.party order by 1));
    return null;
end
$$;
comment on function desk.figures_add_deleted is 'Takes removed resources out of the figures.';

-- In place of foreign keys that each mail would pay for; see migrations 0017 and 0023.
create or replace function desk.referred() returns trigger
language plpgsql security definer set search_path = desk, pg_temp as $$
declare
    v_by text;
begin
    if tg_table_name = 'message' then
        delete from incident i using gone g where i.message = g.id;
        return null;
    elsif tg_table_name = 'outbox' then
        delete from outbox_item i using gone g where i.outbox = g.id;
        return null;
    end if;
    v_by := case tg_table_name
        when 'party' then case when exists (select from message m join gone g on m.desk = g.id) then 'message'
            when exists (select from complaint c join gone g on c.desk = g.id) then 'complaint'
            when exists (select from outbox o join gone g on g.id in (o.desk, o.sender, o.recipient_party)) then 'outbox' end
        when 'resource' then case when exists (select from complaint c join gone g on c.resource = g.id) then 'complaint'
            when exists (select from incident i join gone g on i.resource = g.id) then 'incident'
            when exists (select from outbox_item i join gone g on i.resource = g.id) then 'outbox_item' end
        when 'case' then case when exists (select from complaint c join gone g on c."case" = g.id) then 'complaint'
            when exists (select from outbox_item i join gone g on i."case" = g.id) then 'outbox_item' end
        when 'action' then case when exists (select from outbox_item i join gone g on i.action = g.id) then 'outbox_item' end end;
    if v_by is not null then
        raise exception 'a row of desk.% is referred to by desk.%', tg_table_name, v_by using errcode = 'foreign_key_violation';
    end if;
    return null;
end
$$;
comment on function desk.referred is 'Deletes incidents with their message and items with their mail; refuses to delete a party, resource, case or action that a message, incident, complaint or mail refers to.';

create or replace trigger message_referred after delete on desk.message
    referencing old table as gone for each statement execute function desk.referred();
create or replace trigger party_referred after delete on desk.party
    referencing old table as gone for each statement execute function desk.referred();
create or replace trigger resource_referred after delete on desk.resource
    referencing old table as gone for each statement execute function desk.referred();
create or replace trigger case_referred after delete on desk."case"
    referencing old table as gone for each statement execute function desk.referred();
create or replace trigger action_referred after delete on desk.action
    referencing old table as gone for each statement execute function desk.referred();
create or replace trigger outbox_referred after delete on desk.outbox
    referencing old table as gone for each statement execute function desk.referred();
create or replace trigger party_inserted after insert on desk.party
    referencing new table as added for each statement execute function desk.party_inserted();
create or replace trigger party_moved after update on desk.party
    referencing old table as before new table as after for each statement execute function desk.party_moved();
create or replace trigger figures_inserted after insert on desk.resource
    referencing new table as after for each statement execute function desk.figures_add_inserted();
create or replace trigger figures_changed after update on desk.resource
    referencing old table as before new table as after for each statement execute function desk.figures_add_changed();
create or replace trigger figures_deleted after delete on desk.resource
    referencing old table as before for each statement execute function desk.figures_add_deleted();
reset check_function_bodies;
