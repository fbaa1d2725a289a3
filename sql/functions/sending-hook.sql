-- Telling a sending system whom a customer must not write to any more: one signed call for each
-- batch of new suppressions, one at a time for a customer. What comes meanwhile is the next batch.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.owe_suppressions(p_parties bigint[], p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
declare
    v_party bigint;
    v_hook bigint;
    v_owed int := 0;
begin
    for v_party in
        select distinct u.party from unnest(p_parties) u(party)
        where desk.policy_switch(u.party, 'suppression_hook') and not desk.policy_switch(u.party, 'shadow')
            and not exists (select from hook h where h.party = u.party and h.state in ('owed', 'accepted', 'sending'))
            and exists (select from suppression s where s.party = u.party and s.hook is null and coalesce(s.address, s.recipient) is not null)
        order by 1
    loop
        v_hook := nextval('hook_id_seq');
        -- Not the number alone: after a restore numbers come again, and the other side would drop what it seems to know.
        insert into hook (id, party, kind, idempotency_key, payload, owed_at, next_attempt_at)
        values (v_hook, v_party, 'suppress', 'sup_' || v_hook || '_' || left(replace(gen_random_uuid()::text, '-', ''), 12), jsonb_build_object('type', 'suppression.add',
            'timestamp', to_char(p_now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'data', '{}'::jsonb), p_now, p_now);
        update suppression s set hook = v_hook
        from (select s.address_key from suppression s where s.party = v_party and s.hook is null and coalesce(s.address, s.recipient) is not null
            order by s.noted_at, s.address_key limit 1000) n
        where s.party = v_party and s.address_key = n.address_key;
        v_owed := v_owed + 1;
    end loop;
    if v_owed > 0 then
        notify desk_work;
    end if;
    return v_owed;
end
$$;
comment on function desk.owe_suppressions is 'Owes a call for each of these customers who have untold suppressions (a thousand at most) and none under way.';

-- The addresses stand in the list alone: erased there, they are in no call.
create or replace function desk.suppression_payload(p_hook bigint, p_payload jsonb) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    return (select p_payload || jsonb_build_object('data', jsonb_build_object('customer', min(p.ref), 'count', count(s.hook), 'dry_run', false,
            'suppressions', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('address', s.address, 'recipient', s.recipient, 'reason', s.reason,
                'since', to_char(s.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'provider', s.provider, 'campaign', s.campaign))
                order by s.noted_at, s.address_key) filter (where s.hook is not null), '[]')))
        from hook h join party p on p.id = h.party
        left join suppression s on s.hook = h.id and coalesce(s.address, s.recipient) is not null -- not of whom nothing is known any more
        where h.id = p_hook);
end
$$;
comment on function desk.suppression_payload is 'What a call says of suppressions.';

create or replace function desk.suppressions_told(p_hook bigint, p_party bigint, p_outcome text, p_words text, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_untold bigint;
begin
    if p_outcome = 'done' then
        perform desk.owe_suppressions(array[p_party], p_now);
    elsif p_outcome = 'failed' then
        -- They go with the next batch; at once would be for ever.
        update suppression set hook = null where hook = p_hook;
        get diagnostics v_untold = row_count;
        -- Once a day: each new suppression makes another call. The calls are the operator's, who stands at the top.
        perform desk.owe_staff_note(d.desk, 'suppressions ' || p_party || to_char(p_now at time zone 'UTC', ' YYYY-MM-DD'), 'failure',
            jsonb_build_object('suppressions_untold', true, 'untold', v_untold, 'customer_name', p.name, 'customer_ref', p.ref,
                'result', coalesce(desk.clean(p_words, 500), '')), '[]', null, 3, p_now)
        from party p cross join lateral (select c.ancestor as desk from party_closure c where c.descendant = p.id order by c.depth desc limit 1) d
        where p.id = p_party;
    end if;
end
$$;
comment on function desk.suppressions_told is 'What follows the call: the next batch; of a failed one nothing is lost, and staff are told.';

create or replace function desk_api.suppression_send(p_party text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_party);
    v_one record;
begin
    perform desk.lock_decisions();
    for v_one in
        select p.id, p.ref, (select count(*) from suppression s where s.party = p.id and s.hook is null and coalesce(s.address, s.recipient) is not null) as waiting from party p
        where (v_party is null or exists (select from party_closure c where c.descendant = p.id and c.ancestor = v_party))
            and exists (select from suppression s where s.party = p.id and s.hook is null and coalesce(s.address, s.recipient) is not null) order by p.ref
    loop
        target := v_one.ref;
        result := case when desk.owe_suppressions(array[v_one.id], p_now) > 0 then 'done' else 'refused' end;
        detail := v_one.waiting || case when result = 'done' then ' to be told'
            when not desk.policy_switch(v_one.id, 'suppression_hook') then ': policy suppression_hook is off'
            when desk.policy_switch(v_one.id, 'shadow') then ': shadow mode calls nobody' else ' wait for the call before' end;
        return next;
    end loop;
end
$$;
comment on function desk_api.suppression_send is 'Owes calls for what customers'' sending systems have not been told yet: after switching calls on, or after a failure.';
reset check_function_bodies;
