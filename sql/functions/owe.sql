-- Owing mails: one door for all of them.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.message_id_sane(p_id text) returns boolean
language sql immutable parallel safe as $$
    select coalesce(p_id ~ '^[!-;=?-~]{1,200}@[!-;=?-~]{1,200}$' and p_id !~ '@.*@', false)
$$;
comment on function desk.message_id_sane is 'May this Message-ID be echoed in a header.';

create or replace function desk.owe(p_letters desk.letter[], p_now timestamptz) returns int
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_count int;
    v_ids bigint[];
begin
    if coalesce(cardinality(p_letters), 0) = 0 then
        return 0;
    end if;
    v_ids := array(select nextval('desk.outbox_id_seq') from unnest(p_letters) l);
    with letter as materialized (
        select l.*, desk.address_normal(l.recipient) as address
        from unnest(p_letters, v_ids) l(occasion, kind, audience, desk, sender, recipient, recipient_party, recipient_name,
            language, context, items, message, auto_submitted, priority, id)
    ), rule as materialized (
        select d.desk, v.name, v.abuse_email, desk.policy_switch(d.desk, 'shadow') as shadow, desk.policy_switch(d.desk, 'hold_mail') as hold,
            desk.policy_text(d.desk, 'privacy_url') as privacy_url, exists (select from breaker b where b.desk = d.desk and b.closed_at is null) as broken
        from (select distinct desk from letter) d cross join lateral desk.party_voice(d.desk) v
    ), voice as materialized (
        select d.sender, v.name, v.abuse_email, v.signature, v.brand, v.sending
        from (select distinct sender from letter) d cross join lateral desk.party_voice(d.sender) v
    ), ready as materialized (
        select l.*, r.name as desk_name, r.abuse_email as desk_address, s.name as sender_name, s.signature, s.brand, s.sending,
            case when s.sending = 'own' and l.sender <> l.desk and desk.address_sane(s.abuse_email) then s.abuse_email else r.abuse_email end as from_address,
            desk.token_make(l.id, l.audience) as token, r.shadow, r.hold, r.broken, r.privacy_url, m.received_at, m.subject, m.message_id as parent,
            m.references
        from letter l
        join rule r on r.desk = l.desk
        join voice s on s.sender = l.sender
        left join lateral (select m.received_at, m.subject, m.message_id,
            (select string_agg(x, ' ') from jsonb_array_elements_text(m.report #> '{mail,in_reply_to}') x where desk.message_id_sane(x)) as references
            from message m where m.id = l.message limit 1) m on true
    ), added as (
        insert into outbox (id, occasion, kind, audience, desk, sender, from_name, from_address, recipient, recipient_name, recipient_party,
            reply_to, envelope, message_id, in_reply_to, refs, auto_submitted, language, context, message, state, priority, owed_at, next_attempt_at, reason)
        select r.id, r.occasion, r.kind, r.audience, r.desk, r.sender, r.sender_name || ' Abuse Desk', r.from_address,
            r.address, case when r.audience <> 'complainant' then r.recipient_name end, r.recipient_party,
            split_part(r.desk_address, '@', 1) || '+' || r.token || '@' || desk.address_domain(r.desk_address),
            case when r.auto_submitted = 'auto-replied' then ''
                else split_part(r.desk_address, '@', 1) || '+b' || r.token || '@' || desk.address_domain(r.desk_address) end,
            r.token || '@' || desk.address_domain(r.desk_address),
            case when desk.message_id_sane(r.parent) then r.parent end,
            case when desk.message_id_sane(r.parent) then concat_ws(' ', left(r.references, 1500), r.parent) end,
            r.auto_submitted, r.language,
            jsonb_build_object('privacy_url', r.privacy_url, 'has_privacy_url', r.privacy_url <> '',
                'desk_name', r.desk_name, 'desk_address', r.desk_address, 'sender_name', r.sender_name, 'signature', r.signature, 'brand', r.brand,
                -- A complainant's name is what he wrote himself.
                'recipient_name', case when r.audience <> 'complainant' then coalesce(r.recipient_name, '') else '' end, 'date', desk.stamp(p_now), 'received', desk.stamp(r.received_at),
                'subject', desk.clean(r.subject, 120), 'language', r.language, 'token', r.token,
                'reference', coalesce('C-' || (select min((x->>'case')::bigint) from jsonb_array_elements(r.items) x), 'M-' || r.message, '')) || r.context,
            r.message, case when r.shadow then 'shadow' when r.hold or r.broken and r.audience = 'complainant' then 'held' else 'owed' end, r.priority, p_now, p_now,
            case when not r.shadow and not r.hold and r.broken and r.audience = 'complainant' then 'circuit-breaker' end
        from ready r
        where desk.address_sane(r.address) and desk.address_sane(r.desk_address) and (r.address <> r.from_address or r.audience = 'staff')
        order by r.id
        on conflict on constraint outbox_once do nothing
        returning id
    ), unwritable as (
        insert into audit (at, who, what, party, "case", message, detail)
        select p_now, 'policy', 'mail could not be owed', r.recipient_party, (r.items #>> '{0,case}')::bigint, r.message,
            jsonb_build_object('kind', r.kind, 'audience', r.audience, 'why', case when not desk.address_sane(r.desk_address) then 'the desk has no usable address'
                when r.address = r.from_address then 'sender and recipient are the same' else 'no usable address' end)
        from ready r where not (desk.address_sane(r.address) and desk.address_sane(r.desk_address) and (r.address <> r.from_address or r.audience = 'staff'))
    )
    select count(*) into v_count from added;

    insert into outbox_item (outbox, "case", action, resource, complaint)
    select distinct l.id, x."case", x.action, x.resource, x.complaint
    from unnest(p_letters, v_ids) l(occasion, kind, audience, desk, sender, recipient, recipient_party, recipient_name,
        language, context, items, message, auto_submitted, priority, id)
    cross join lateral (select from outbox o where o.id = l.id limit 1) o
    cross join lateral jsonb_to_recordset(coalesce(l.items, '[]')) x("case" bigint, action bigint, resource bigint, complaint bigint);
    return v_count;
end
$$;
comment on function desk.owe is 'Owes these mails; what has no usable address goes to the audit instead. Returns how many are owed.';

-- The chain of DESIGN section 5: each reseller from P down to its immediate sub-reseller,
-- the customer's immediate parent to the customer, P to the contacts.
create or replace function desk.chains(p_desks bigint[], p_parties bigint[], p_resources bigint[])
returns table (n bigint, audience text, sender bigint, recipient text, recipient_party bigint, recipient_name text, language text)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return query
    with asked as materialized (
        select a.n, a.desk, a.party, a.resource from unnest(p_desks, p_parties, p_resources) with ordinality a(desk, party, resource, n)
    ), up as materialized (
        -- From the party up to the desk; whoever stands next above is who writes.
        select a.desk, a.party as whose, c.depth, c.ancestor as party, lead(c.ancestor) over (partition by a.desk, a.party order by c.depth) as sender
        from (select distinct desk, party from asked) a
        cross join lateral (select t.depth from party_closure t where t.descendant = a.party and t.ancestor = a.desk limit 1) t
        cross join lateral (select c.depth, c.ancestor from party_closure c where c.descendant = a.party and c.depth <= t.depth offset 0) c
    ), voice as materialized (
        select p.party, v.kind, v.name, v.language,
            case when v.kind <> 'customer' then v.abuse_email
                -- Who cannot be reached at his login is written to at his other address, if he has one.
                when v.abuse_email <> v.username_email and exists (select from undeliverable n where n.address = v.username_email) then v.abuse_email
                else coalesce(v.username_email, v.abuse_email) end as email
        from (select distinct u.party from up u where u.depth = 0 or u.sender is not null) p cross join lateral desk.party_voice(p.party) v
    ), line as materialized (
        select u.desk, u.whose, u.depth, u.sender, u.party, v.kind, v.name, v.language, v.email from up u join voice v on v.party = u.party
        where u.depth = 0 or u.sender is not null
    )
    select a.n, case l.kind when 'customer' then 'customer' else 'reseller' end, l.sender, l.email, l.party, l.name, l.language
    from asked a join line l on l.whose = a.party and l.desk = a.desk where l.sender is not null
    union all
    select a.n, 'contact', a.desk, x.email, null, null, l.language
    from asked a join line l on l.whose = a.party and l.desk = a.desk and l.depth = 0
    cross join lateral (
        select distinct desk.address_normal(e) as email
        from (select r.registrant_email, r.admin_email, r.billing_email, r.tech_email from resource r where r.id = a.resource and r.kind = 'domain' limit 1) r
        cross join lateral unnest(array[r.registrant_email, r.admin_email, r.billing_email, r.tech_email]) e) x
    where x.email is not null and x.email is distinct from l.email;
end
$$;
comment on function desk.chains is 'desk.chain() for many at once: n is the place in the arrays.';

create or replace function desk.chain(p_desk bigint, p_party bigint, p_resource bigint)
returns table (audience text, sender bigint, recipient text, recipient_party bigint, recipient_name text, language text)
language sql stable security definer set search_path = desk, pg_temp as $$
    select audience, sender, recipient, recipient_party, recipient_name, language from desk.chains(array[p_desk], array[p_party], array[p_resource])
$$;
comment on function desk.chain is 'Who mails whom about a resource of a party, for a desk. Nobody above the desk; nobody at all outside its tree.';

-- One mail per sender and recipient of this run, listing all domains it is about.
create or replace function desk.owe_chain(p_steps desk.step[], p_kind text, p_run bigint, p_now timestamptz, p_extra jsonb default '{}') returns int
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_letters desk.letter[];
begin
    v_letters := (
    with zone as materialized (
        select d.desk, v.timezone from (select distinct s.desk from unnest(p_steps) s) d cross join lateral desk.party_voice(d.desk) v
    ), item as materialized (
        select s.*, z.timezone, case s.kind when 'stop-redirection' then desk.stopped_service(s.action) else c.relation end as relation, c.category, c.step as case_step, coalesce(s.resource, c.resource) as thing,
            coalesce(nullif(s.ground, ''), desk.policy_text(s.party, 'ground')) as terms, to_char((s.deadline - interval '1 second') at time zone z.timezone, 'YYYY-MM-DD') as last_day,
            case when p_kind = 'whois-inquiry' then desk.context_claim(s."case", c.note) end as claim,
            case when c.track = 'abuse' and p_kind <> 'reinstatement' then desk.case_evidence(s."case", 5) end as shown, desk.context_facts(s.action, s.kind) as facts,
            p_kind in ('reminder', 'whois-inquiry') and not exists (select from desk.ladder_step(s.party, c.relation, c.track, s.step + 1) l
                where desk.action_is_mail(l.action) and l.action <> 'escalate') as is_last
        from unnest(p_steps) s
        join zone z on z.desk = s.desk
        left join lateral (select c.relation, c.category, c.step, c.resource, c.track, c.note from "case" c where c.id = s."case" limit 1) c on true
    ), thing as materialized (
        -- A case about a customer speaks of the resources complained about in it.
        select i.*, row_number() over () as n, t.id as resource_id, desk.context_domain(t.id, i."case", i.relation, i.category, true) as domain, r.services
        from item i
        cross join lateral (
            select i.thing as id where i.thing is not null
            union all
            (select distinct k.resource from complaint k where i.thing is null and k."case" = i."case" and k.state = 'standing' limit 50)
            union all
            -- Or, where bounces alone are the cause, of what he sends with.
            (select r.id from resource r where i.thing is null and r.party = i.party and r.ended_at is null and (r.kind = 'identifier' or 'sending' = any(r.services))
                and not exists (select from complaint k where k."case" = i."case" and k.state = 'standing') order by r.id limit 5)) t
        cross join lateral (select r.services from resource r where r.id = t.id limit 1) r
    ), mail as (
        select i.*, h.audience, h.sender, h.recipient, h.recipient_party, h.recipient_name, h.language
        from desk.chains((select array_agg(desk order by n) from thing), (select array_agg(party order by n) from thing),
            (select array_agg(resource_id order by n) from thing)) h
        join thing i on i.n = h.n
        where h.audience = 'customer' or h.audience = 'contact' and p_kind <> 'pause' or h.audience = 'reseller' and p_kind not in ('whois-inquiry', 'whois-outcome')
    ), letter as (
        select row('run ' || p_run, p_kind, m.audience, m.desk, m.sender, m.recipient, min(m.recipient_party), min(m.recipient_name), min(m.language),
            desk.context_count(jsonb_agg(distinct case when m.audience = 'contact' then m.domain || '{"customer": "", "order_ref": ""}' else m.domain end))
            || desk.context_category(coalesce(desk.category_name(min(desk.category_rank(m.category))), 'other'))
            || desk.context_relation((array_agg(m.relation order by m."case"))[1], string_to_array((array_agg(array_to_string(m.services, ' ') order by m."case"))[1], ' '))
            || desk.context_figures(case when m.audience = 'customer' then min(m.party) end, null)
            || jsonb_build_object('ground', coalesce(min(m.terms), ''), 'has_ground', coalesce(min(m.terms), '') <> '',
                'complaints', sum((m.domain->>'complaints')::int), 'complainants', sum((m.domain->>'counting')::int),
                'step', max(m.step), 'first', max(m.step) <= 1, 'reason', coalesce(min(m.reason), ''),
                'deadline', coalesce(min(m.last_day), ''), 'deadline_zone', min(m.timezone),
                'deadline_days', coalesce(ceil(extract(epoch from min(m.deadline) - p_now) / 86400)::int - 1, 0),
                'deadline_one', coalesce(ceil(extract(epoch from min(m.deadline) - p_now) / 86400)::int - 1 = 1, false),
                'has_deadline', min(m.deadline) is not null, 'last', bool_and(m.is_last))
            || desk.context_evidence(jsonb_agg(distinct m.shown) filter (where m.shown is not null))
            || coalesce((array_agg(m.claim order by m."case"))[1], '{}')
            || case when m.audience = 'customer' and bool_or(m.relation = 'sending') then desk.context_sending(min(m.party), p_now) else '{}' end
            || coalesce((array_agg(m.facts order by m."case"))[1], '{}')
            || case when m.audience = 'customer' and p_kind in ('warning', 'reminder', 'suspension') and desk.policy_switch(m.desk, 'xarf_copy')
                then jsonb_build_object('xarf', (select jsonb_agg(d) from (select d from unnest(array_agg(distinct m."case")) q(id)
                    cross join lateral jsonb_array_elements(desk.case_xarf(q.id, 5)) d limit 10) d)) else '{}' end || p_extra,
            jsonb_agg(distinct jsonb_build_object('case', m."case", 'action', m.action, 'resource', m.resource_id)), null, 'auto-generated', 4)::desk.letter as l
        from mail m
        group by m.audience, m.desk, m.sender, m.recipient
    )
    select array_agg(l) from letter);
    return desk.owe(v_letters, p_now);
end
$$;
comment on function desk.owe_chain is 'Owes the mails of these steps to the whole chain of each domain; several domains of one recipient make one mail.';

-- Staff hear of actions: one mail per desk and run.
create or replace function desk.owe_staff(p_actions bigint[], p_kind text, p_run bigint, p_now timestamptz, p_extra jsonb default '{}') returns int
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_letters desk.letter[];
begin
    v_letters := (
    with a as (
        select a.*, r.name, r.complaints, p.name as customer, c.category, c.relation, r.services, c.id as case_id
        from unnest(p_actions) q(id)
        cross join lateral (select * from action a where a.id = q.id limit 1) a
        join party p on p.id = a.party
        left join resource r on r.id = a.resource
        left join "case" c on c.id = a."case"
    ), letter as (
        select row('run ' || p_run, p_kind, 'staff', a.desk, a.desk, desk.staff_address(a.desk), a.desk, 'Abuse desk', (desk.party_voice(a.desk)).language,
            desk.context_count(jsonb_agg(distinct desk.context_domain(a.resource, a.case_id, a.relation, a.category, true)) filter (where a.resource is not null))
            || desk.context_category(desk.category_name(min(desk.category_rank(a.category))))
            || desk.context_relation(min(a.relation), null)
            || case when count(distinct a.party) = 1 then desk.context_figures(min(a.party),
                (select c.ancestor from party_closure c where c.descendant = min(a.party) and c.depth = 1)) else '{}' end
            || jsonb_build_object('actions', jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind, 'domain', coalesce(a.name, ''),
                    'domain_defanged', coalesce(desk.defang(a.name), ''), 'reason', a.reason, 'customer', a.customer,
                    'complaints', coalesce(a.complaints, 0), 'reference', coalesce('C-' || a.case_id, '')) || desk.context_why(a.id) order by a.id),
                'complaints', coalesce(sum(a.complaints), 0), 'reason', min(a.reason), 'proposed', min(a.kind),
                'proposed_suspend', bool_or(a.kind = 'suspend'), 'proposed_stop_redirection', bool_or(a.kind = 'stop-redirection'),
                'proposed_pause', bool_or(a.kind = 'pause'), 'proposed_cease', bool_or(a.kind = 'cease'), 'proposed_delete', bool_or(a.kind = 'delete'),
                'proposed_other', not bool_or(a.kind in ('suspend', 'stop-redirection', 'pause', 'cease', 'delete')),
                'result', coalesce(min(a.result), ''), 'threshold', coalesce(min((a.figures->>'threshold')::int), 0)) || p_extra,
            jsonb_agg(jsonb_build_object('case', a."case", 'action', a.id, 'resource', a.resource)), null, 'auto-generated', 3)::desk.letter as l
        from a group by a.desk
    )
    select array_agg(l) from letter);
    return desk.owe(v_letters, p_now);
end
$$;
comment on function desk.owe_staff is 'Tells staff of a desk about actions: what is proposed, what failed, and why.';

create or replace function desk.owe_staff_note(p_desk bigint, p_occasion text, p_kind text, p_context jsonb, p_items jsonb, p_message bigint, p_priority int, p_now timestamptz) returns int
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
begin
    return desk.owe(array[row(p_occasion, p_kind, 'staff', p_desk, p_desk, desk.staff_address(p_desk), p_desk, 'Abuse desk', (desk.party_voice(p_desk)).language,
        p_context, p_items, p_message, 'auto-generated', p_priority)::desk.letter], p_now);
end
$$;
comment on function desk.owe_staff_note is 'One mail to the staff of a desk about anything else than actions.';

-- Staff mails may go to the desk's own address: the daemon leaves them in its inbox, flagged.
create or replace function desk.staff_address(p_desk bigint) returns text
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (
    select coalesce(nullif(desk.policy_text(p_desk, 'staff_email'), ''), (desk.party_voice(p_desk)).abuse_email));
end
$$;
comment on function desk.staff_address is 'Where staff mails of a desk go: policy staff_email, or the desk''s own address.';
reset check_function_bodies;
