-- desk_api: feedback loops, tokens, suppression lists, the log of delistings, declarations and proofs.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk_api.loop_add(p_provider text, p_scope text, p_sender text default null, p_alias text default null,
    p_since date default null, p_contact text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_network cidr := desk.import_network(p_scope);
    v_id bigint;
    v_new boolean;
begin
    if p_scope is null or p_scope = '' or v_network is null and p_scope !~ '^[A-Za-z0-9]([A-Za-z0-9-]*[.])+[A-Za-z0-9-]+$' then
        raise exception '"%" is neither a network (192.0.2.0/24) nor a domain', p_scope using errcode = 'invalid_parameter_value';
    elsif coalesce(lower(p_provider), '') !~ '^[a-z0-9][a-z0-9.-]*$' or coalesce(lower(p_sender), 'x') !~ '^([^@[:space:][:cntrl:]<>]+@|[.])?[a-z0-9][a-z0-9.-]*$' then
        raise exception 'the provider is a domain name, the sender one or an address' using errcode = 'invalid_parameter_value';
    end if;
    perform desk.lock_decisions();
    insert into loop as l (provider, sender, network, domain, alias, since, contact, added_by)
    values (lower(p_provider), lower(coalesce(p_sender, '.' || p_provider)), v_network, case when v_network is null then lower(p_scope) end, lower(p_alias),
        coalesce(p_since, (p_now at time zone 'UTC')::date), nullif(desk.clean(p_contact, 200), ''), desk.who(p_by))
    on conflict on constraint loop_once do update set ended_at = null, contact = coalesce(excluded.contact, l.contact),
        since = case when l.ended_at is null then least(l.since, excluded.since) else excluded.since end
    returning id, xmax = 0 into v_id, v_new;
    perform desk.audit_write('loop enrolled', desk.who(p_by), p_now, p_detail => jsonb_build_object('loop', v_id, 'provider', p_provider, 'scope', p_scope));
    target := lower(p_provider) || ' ' || p_scope;
    result := 'done';
    detail := case when v_new then 'enrolled as ' else 'known as ' end || v_id;
    return next;
end
$$;
comment on function desk_api.loop_add is 'Enrols a feedback loop: provider, and the network or signing domain it covers. Its authenticated reports count and suppress from now on.';

create or replace function desk_api.loop_end(p_ids bigint[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_id bigint;
begin
    perform desk.lock_decisions();
    foreach v_id in array p_ids loop
        update loop set ended_at = p_now where id = v_id and ended_at is null;
        target := v_id::text;
        result := case when found then 'done' else 'refused' end;
        detail := case when found then 'ended' else 'no such enrolment' end;
        perform desk.audit_write('loop ended', desk.who(p_by), p_now, p_detail => jsonb_build_object('loop', v_id, 'reason', p_reason)) where result = 'done';
        return next;
    end loop;
end
$$;
comment on function desk_api.loop_end is 'Ends enrolments: their reports count no longer.';

drop function if exists desk_api.token_make(text, text, text[]);
create or replace function desk_api.token_make(p_party text, p_campaign text default null, p_recipients text[] default null,
    p_sent boolean default false, p_now timestamptz default now())
returns table (recipient text, token text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_party);
    v_recipients text[] := coalesce(nullif(p_recipients, '{}'), array[null::text]);
    v_tokens text[];
begin
    if v_party is null then
        raise exception 'whose mail? Name the customer' using errcode = 'invalid_parameter_value';
    end if;
    -- A complaint is about a resource: who has none of his own to send from has his token.
    if not exists (select from resource r where r.party = v_party and r.ended_at is null
            and (r.kind = 'identifier' or r.kind in ('network', 'domain') and 'sending' = any(r.services))) then
        perform desk.resource_add('identifier', array['ct-' || v_party], 'header', p_party, null, p_now);
    end if;
    v_tokens := array(select desk.sending_token_make(v_party, p_campaign, nullif(r.r, '')) from unnest(v_recipients) with ordinality r(r, n) order by r.n);
    if p_sent then
        perform desk.note_pressure(v_party, v_tokens, p_now);
    end if;
    return query select coalesce(u.r, ''), u.t from unnest(v_recipients, v_tokens) with ordinality u(r, t, n) order by u.n;
end
$$;
comment on function desk_api.token_make is 'Tokens for the mails of a customer: for a campaign, and for recipients (an address, which is hashed, or the customer''s own id). p_sent: they go out now, count them for dashboard.pressure.';

create or replace function desk_api.token_verify(p_tokens text[])
returns table (token text, result text, customer text, campaign text, recipient text, address text, mail bigint)
language sql stable security definer set search_path = desk, pg_temp as $$
    select t.t, case when v.party is null and o.id is null then 'not-ours' else 'valid' end, p.ref, v.campaign, v.recipient,
        (select min(s.address) from suppression s where s.party = v.party and s.recipient = v.recipient), o.id
    from unnest(p_tokens) with ordinality t(t, n)
    left join lateral (select * from desk.sending_token(t.t) limit 1) v on true
    left join party p on p.id = v.party
    cross join lateral (select desk.token_valid(t.t) as id) o
    order by t.n
$$;
comment on function desk_api.token_verify is 'What tokens say, if one of the two valid keys made them: of customers'' mails, or (mail: its number in the outbox) of our own.';

create or replace function desk_api.suppression_export(p_party text, p_since timestamptz default null)
returns table (customer text, address text, recipient text, reason text, since text, provider text, campaign text)
language plpgsql stable security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_party);
begin
    -- A subtree: a reseller asks for all his customers.
    return query
    select p.ref, s.address, s.recipient, s.reason, to_char(s.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), s.provider, s.campaign
    from suppression s join party p on p.id = s.party
    where (v_party is null or exists (select from party_closure c where c.descendant = s.party and c.ancestor = v_party))
        and (p_since is null or s.noted_at >= p_since)
    order by p.ref, s.noted_at, s.address, s.recipient;
end
$$;
comment on function desk_api.suppression_export is 'Whom a customer (or all below a reseller) must not write to any more; since: what has been added from then on.';

create or replace function desk_api.suppression_add(p_party text, p_addresses text[], p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_party);
    v_address text;
begin
    if v_party is null then
        raise exception 'whose list? Name the customer' using errcode = 'invalid_parameter_value';
    end if;
    foreach v_address in array p_addresses loop
        target := desk.address_normal(v_address);
        if not coalesce(desk.address_sane(target), false) then
            result := 'refused';
            detail := 'no address';
        else
            insert into suppression (party, address_key, address, reason, since, noted_at)
            select v_party, desk.hmac(s.inner_pad, s.outer_pad, 'address ' || target), target, 'by-hand', p_now, p_now from secret s where s.purpose = 'complainant'
            on conflict (party, address_key) do nothing;
            result := 'done';
            detail := case when found then 'suppressed' else 'suppressed already' end;
            perform desk.audit_write('suppressed by hand', desk.who(p_by), p_now, p_party => v_party, p_detail => jsonb_build_object('reason', p_reason));
        end if;
        return next;
    end loop;
    perform desk.owe_suppressions(array[v_party], p_now);
end
$$;
comment on function desk_api.suppression_add is 'Suppresses addresses by hand.';

create or replace function desk_api.delisting_note(p_provider text, p_network text, p_kind text, p_state text, p_note text default null,
    p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
begin
    if coalesce(btrim(p_provider), '') = '' then
        raise exception 'which provider or list?' using errcode = 'invalid_parameter_value';
    elsif p_kind is null or p_kind not in ('delisting', 'whitelisting') then
        raise exception 'kind "%": delisting or whitelisting', p_kind using errcode = 'invalid_parameter_value';
    elsif p_state is null or p_state not in ('asked', 'granted', 'refused') then
        raise exception 'state "%": asked, granted or refused', p_state using errcode = 'invalid_parameter_value';
    elsif desk.import_network(p_network) is null then
        raise exception '"%" is no address or network', p_network using errcode = 'invalid_parameter_value';
    end if;
    insert into delisting (provider, network, kind, state, at, by, note)
    values (btrim(p_provider), p_network::inet, p_kind, p_state, p_now, desk.who(p_by), nullif(desk.clean(p_note, 500), ''));
    perform desk.audit_write(p_kind || ' ' || p_state, desk.who(p_by), p_now, p_detail => jsonb_build_object('provider', p_provider, 'network', p_network));
    target := p_provider || ' ' || p_network;
    result := 'done';
    detail := p_kind || ' ' || p_state;
    return next;
end
$$;
comment on function desk_api.delisting_note is 'Adds to the log of delistings and whitelistings: what was asked of a provider or list, and what it said.';

create or replace function desk_api.declaration_set(p_party text, p_declaration text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_party);
    v_text text := nullif(desk.clean(p_declaration, 300), '');
begin
    if v_text is null then
        delete from sending_customer where party = v_party;
    else
        insert into sending_customer (party, declaration, set_at, set_by) values (v_party, v_text, p_now, desk.who(p_by))
        on conflict (party) do update set declaration = excluded.declaration, set_at = excluded.set_at, set_by = excluded.set_by;
    end if;
    perform desk.audit_write('declaration set', desk.who(p_by), p_now, p_party => v_party, p_detail => jsonb_build_object('declaration', v_text));
    target := p_party;
    result := 'done';
    detail := coalesce(v_text, 'none');
    return next;
end
$$;
comment on function desk_api.declaration_set is 'The reference of a customer''s declaration of his files, or the legal basis he sends on; empty: none.';

create or replace function desk_api.case_proof(p_case bigint, p_recipient text, p_opted_in_at timestamptz, p_form text, p_address text default null,
    p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := (select party from "case" where id = p_case);
begin
    if v_party is null then
        raise exception 'there is no case %', p_case using errcode = 'no_data_found';
    elsif coalesce(desk.clean(p_recipient, 254), '') = '' or coalesce(desk.clean(p_form, 500), '') = '' or p_opted_in_at is null then
        raise exception 'a proof of consent names who, when and by which form' using errcode = 'invalid_parameter_value';
    elsif p_opted_in_at > p_now then
        raise exception 'nobody has signed up in the future' using errcode = 'invalid_parameter_value';
    elsif p_address is not null and desk.to_inet(p_address) is null then
        raise exception '"%" is no address', p_address using errcode = 'invalid_parameter_value';
    end if;
    insert into opt_in_proof ("case", recipient, opted_in_at, address, form, noted_at, noted_by)
    values (p_case, desk.clean(p_recipient, 254), p_opted_in_at, desk.to_inet(p_address), desk.clean(p_form, 500), p_now, desk.who(p_by));
    insert into case_note ("case", at, by, text) values (p_case, p_now, desk.who(p_by),
        'proof of consent: ' || desk.clean(p_recipient, 254) || ' on ' || desk.stamp(p_opted_in_at) || coalesce(' from ' || host(desk.to_inet(p_address)), '') || ', ' || desk.clean(p_form, 500));
    perform desk.audit_write('proof of consent noted', desk.who(p_by), p_now, p_case, p_party => v_party);
    target := 'C-' || p_case;
    result := 'done';
    detail := 'noted';
    return next;
end
$$;
comment on function desk_api.case_proof is 'Notes the proof of consent that a customer gave on a case: who, when, from which address, by which form.';

create or replace function desk_api.sending_resume(p_party text, p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_party);
    v_pause action;
    v_id bigint;
begin
    perform desk.lock_decisions();
    target := p_party;
    select a.* into v_pause from action a where a.party = v_party and a.kind = 'pause' and a.state = 'done' order by a.done_at desc, a.id desc limit 1;
    if v_pause.id is null or exists (select from action a where a.party = v_party and a.kind = 'resume'
            and a.state in ('approved', 'executing', 'done') and a.created_at >= v_pause.done_at) then
        result := 'refused';
        detail := 'is not paused';
        return next;
        return;
    end if;
    insert into action ("case", party, desk, kind, state, reason, proposed_by, decided_by, created_at, decided_at)
    values (v_pause."case", v_party, v_pause.desk, 'resume', 'approved', coalesce(nullif(desk.clean(p_reason, 300), ''), 'the pause is lifted'),
        desk.who(p_by), desk.who(p_by), p_now, p_now) returning id into v_id;
    perform desk.audit_write('resume approved', desk.who(p_by), p_now, v_pause."case", v_id, p_party => v_party);
    perform desk.start_actions(array[v_id], p_now);
    result := 'done';
    detail := 'action ' || v_id;
    return next;
end
$$;
comment on function desk_api.sending_resume is 'Lifts the pause of a bulk-mail customer: carried out like every other action, and told when it has happened.';

-- The lists of customers keep a hash: who complains again is known, and nobody is written to
-- in the meantime because the customer has had the address in an export.
create or replace function desk.sending_erase(p_address text) returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_count int;
begin
    result := 'done';
    target := 'suppressions';
    update suppression set address = null where address = p_address;
    get diagnostics v_count = row_count;
    detail := v_count || ' emptied, their keys stay';
    return next;
    target := 'failures';
    update bounce set recipient = null, diagnostic = null where recipient = p_address;
    get diagnostics v_count = row_count;
    detail := v_count || ' emptied';
    return next;
    target := 'proofs';
    update opt_in_proof set recipient = 'erased', address = null where lower(recipient) = p_address;
    get diagnostics v_count = row_count;
    detail := v_count || ' emptied';
    return next;
    target := 'pressure';
    delete from sending_pressure where recipient = desk.recipient_hash(p_address);
    get diagnostics v_count = row_count;
    detail := v_count || ' weeks deleted';
    return next;
end
$$;
comment on function desk.sending_erase is 'Empties an address in suppression lists, delivery failures, proofs of consent and counts of mails per week.';
reset check_function_bodies;
