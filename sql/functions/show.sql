-- One thing with all that belongs to it, as a document: what `complaint NOUN show` prints and what a person in psql
-- may call. json, not jsonb: the keys keep the order in which one reads them.
set role complaint_owner;
set check_function_bodies = off;

-- The resource a name means now; a name that is not ours any more means its last registration.
create or replace function desk.resource_named(p_name text, p_desk bigint default null) returns bigint
language sql stable security definer set search_path = desk, pg_temp as $$
    select r.id from resource r
    where r.name = lower(rtrim(p_name, '.')) and r.kind = 'domain'
        and (p_desk is null or exists (select from party_closure c where c.ancestor = p_desk and c.descendant = r.party))
    order by r.ended_at desc nulls first limit 1
$$;
comment on function desk.resource_named is 'The domain of that name within the desk''s tree (null: anywhere): the current one, else the last.';

create or replace function desk.party_json(p_party bigint, p_percent boolean) returns json
language sql stable security definer set search_path = desk, pg_temp as $$
    select case when p_percent then
        json_build_object('id', p.ref, 'name', p.name, 'complaints', f.complaints, 'domains_complained', f.complained, 'domains', f.domains,
            'percent', coalesce(round(100.0 * f.complained / nullif(f.domains, 0), 2), 0))
    else
        json_build_object('id', p.ref, 'name', p.name, 'complaints', f.complaints, 'domains_complained', f.complained, 'domains', f.domains)
    end
    from party p join party_figure f on f.party = p.id where p.id = p_party
$$;
comment on function desk.party_json is 'A party with the figures that thresholds look at; resellers with their percentage.';

create or replace function desk_api.domain_show(p_name text, p_desk text default null) returns json
language sql stable security definer set search_path = desk, pg_temp as $$
    select json_build_object(
        'domain', r.name,
        'status', r.status,
        'registrar', r.registrar,
        'complaints', r.complaints,
        'customer', desk.party_json(r.party, false),
        'resellers', coalesce((select json_agg(desk.party_json(c.ancestor, true) order by c.depth)
            from party_closure c
            where c.descendant = r.party and c.depth > 0
                and (t.desk is null or exists (select from party_closure d where d.ancestor = t.desk and d.descendant = c.ancestor))), '[]'),
        'proposed', coalesce((select json_agg(a.kind order by a.id) from action a where a.resource = r.id and a.state = 'proposed'), '[]'),
        'cases', coalesce((select json_agg(c.id order by c.id) from "case" c where c.resource = r.id and c.state <> 'closed'), '[]'),
        'contacts', json_build_object('registrant', r.registrant_email, 'admin', r.admin_email, 'billing', r.billing_email, 'tech', r.tech_email),
        'services', to_json(r.services),
        'order_ref', r.order_ref,
        'counting', r.counting,
        'reports', r.reports,
        'protected', r.protected,
        'created', r.created,
        'expires', r.expires,
        'registered_at', desk.stamp(r.registered_at),
        'ended_at', desk.stamp(r.ended_at),
        'actions', coalesce((select json_agg(json_build_object('action', a.id, 'kind', a.kind, 'state', a.state,
                'created', desk.stamp(a.created_at), 'reason', a.reason) order by a.id desc)
            from (select * from action a where a.resource = r.id order by a.id desc limit 20) a), '[]'),
        'complainants', coalesce((select json_agg(json_build_object('complaint', c.id, 'complainant', c.complainant, 'category', c.category,
                'last', desk.stamp(c.last_at), 'reports', c.reports, 'counts', c.counts, 'why_not', coalesce(c.why_not, '')) order by c.id desc)
            from (select * from complaint c where c.resource = r.id order by c.id desc limit 20) c), '[]'))
    from (select case when p_desk is not null then desk.desk_id(p_desk) end as desk) t
    join resource r on r.id = desk.resource_named(p_name, t.desk)
$$;
comment on function desk_api.domain_show is 'All there is to know of a domain, resellers from the customer''s own up to the desk''s (p_desk null: up to the root).';

create or replace function desk_api.domain_figures(p_names text[], p_desk text default null)
returns table (domain text, complaints int, status text, registrar text, customer text, customer_complaints bigint, customer_domains text,
    reseller text, reseller_complaints bigint, reseller_domains text, proposed text, why text)
language sql stable security definer set search_path = desk, pg_temp as $$
    select r.name, r.complaints, r.status, r.registrar, p.name, f.complaints, f.complained || ' of ' || f.domains,
        u.name, g.complaints, g.complained || ' of ' || g.domains || coalesce(' (' || round(100.0 * g.complained / nullif(g.domains, 0), 1) || ' %)', ''),
        (select string_agg(a.kind, ' ' order by a.id) from action a where a.resource = r.id and a.state = 'proposed'),
        (select string_agg(a.reason, '; ' order by a.id) from action a where a.resource = r.id and a.state = 'proposed')
    from unnest(p_names) with ordinality n(name, place)
    join resource r on r.id = desk.resource_named(n.name, case when p_desk is not null then desk.desk_id(p_desk) end)
    join party p on p.id = r.party
    join party_figure f on f.party = p.id
    left join party u on u.id = p.parent
    left join party_figure g on g.party = u.id
    order by n.place
$$;
comment on function desk_api.domain_figures is 'What a submitter is shown of each domain: its figures, its customer''s and its customer''s reseller''s, what is proposed and why.';

create or replace function desk_api.case_show(p_case bigint) returns json
language sql stable security definer set search_path = desk, pg_temp as $$
    select json_build_object(
        'case', c."case", 'state', c.state, 'outcome', c.outcome, 'track', c.track, 'category', c.category, 'relation', c.relation,
        'resource', c.resource, 'status', c.status, 'customer', c.customer, 'customer_name', c.customer_name, 'reseller', c.reseller,
        'desk', c.desk, 'complaints', c.complaints, 'counting', c.counting, 'step', c.step, 'opened', desk.stamp(c.opened_at),
        'changed', desk.stamp(c.changed_at), 'due', desk.stamp(c.due_at), 'closed', desk.stamp(c.closed_at),
        'paused_until', desk.stamp(c.paused_until), 'snoozed_until', desk.stamp(c.snoozed_until), 'assigned_to', c.assigned_to,
        'repeat_offender', c.repeat_offender, 'merged_into', c.merged_into, 'note', c.note,
        'complaint_list', coalesce((select json_agg(json_build_object('complaint', x.complaint, 'complainant', x.complainant, 'category', x.category,
                'first', desk.stamp(x.first_at), 'reports', x.reports, 'counts', x.counts, 'why_not', coalesce(x.why_not, ''), 'message', x.message) order by x.complaint)
            from (select * from dashboard.complaints k where k."case" = p_case order by k.complaint limit 100) x), '[]'),
        'actions', coalesce((select json_agg(json_build_object('action', a.action, 'kind', a.kind, 'state', a.state, 'created', desk.stamp(a.created_at),
                'by', coalesce(a.decided_by, a.proposed_by), 'reason', a.reason) order by a.action)
            from dashboard.actions a where a."case" = p_case), '[]'),
        'mails', coalesce((select json_agg(json_build_object('mail', h.outbox, 'at', desk.stamp(h.at), 'kind', h.kind, 'audience', h.audience,
                'to', h."to", 'state', h.state) order by h.outbox)
            from (select distinct outbox, at, kind, audience, "to", state from dashboard.chronology where "case" = p_case) h), '[]'),
        'notes', coalesce((select json_agg(json_build_object('at', desk.stamp(n.at), 'by', n.by, 'text', n.text) order by n.id)
            from case_note n where n."case" = p_case), '[]'),
        'history', coalesce((select json_agg(json_build_object('at', desk.stamp(u.at), 'who', u.who, 'what', u.what) order by u.id)
            from audit u where u."case" = p_case), '[]'))
    from dashboard.cases c where c."case" = p_case
$$;
comment on function desk_api.case_show is 'A case with its complaints, actions, mails, notes and history.';

create or replace function desk_api.message_show(p_message bigint, p_report boolean default true) returns json
language sql stable security definer set search_path = desk, pg_temp as $$
    select json_build_object('message', m.message, 'received', desk.stamp(m.received_at), 'kind', m.kind, 'disposition', m.disposition,
        'reason', m.reason, 'from', m."from", 'subject', m.subject, 'authenticated', m.authenticated, 'source', m.source, 'account', m.account,
        'desk', m.desk, 'folder', m.folder, 'ack', m.ack, 'ack_reason', m.ack_reason, 'message_id', m.message_id, 'decided', desk.stamp(m.decided_at),
        'incident_list', coalesce((select json_agg(json_build_object('no', i.no, 'category', i.category, 'resource', r.name, 'relation', i.relation,
                'strength', i.strength, 'why', coalesce(i.why, ''), 'copy', i.duplicate) order by i.no)
            from (select * from incident x where x.message = p_message order by x.no limit 200) i left join resource r on r.id = i.resource), '[]'),
        'mails', coalesce((select json_agg(json_build_object('mail', o.id, 'kind', o.kind, 'audience', o.audience, 'to', o.recipient, 'state', o.state) order by o.id)
            from outbox o where o.message = p_message), '[]'),
        'text', (select t.report #>> '{mail,text}' from message t where t.id = p_message),
        'report', (select t.report from message t where t.id = p_message and p_report))
    from dashboard.messages m where m.message = p_message
$$;
comment on function desk_api.message_show is 'A message with what it reports, what followed, and on request the whole report.';

create or replace function desk_api.action_show(p_action bigint) returns json
language sql stable security definer set search_path = desk, pg_temp as $$
    select json_build_object('action', a.action, 'kind', a.kind, 'state', a.state, 'case', a."case", 'resource', a.resource, 'customer', a.customer,
        'customer_name', a.customer_name, 'reseller', a.reseller, 'desk', a.desk, 'reason', a.reason, 'ground', a.ground, 'figures', a.figures,
        'proposed_by', a.proposed_by, 'decided_by', a.decided_by, 'automatic', a.automatic, 'created', desk.stamp(a.created_at),
        'decided', desk.stamp(a.decided_at), 'due', desk.stamp(a.due_at), 'done', desk.stamp(a.done_at), 'result', a.result,
        'calls', coalesce((select json_agg(json_build_object('call', h.id, 'kind', h.kind, 'state', h.state, 'attempts', h.attempts,
                'status', h.status, 'answer', h.answer) order by h.id) from hook h where h.action = p_action), '[]'),
        'mails', coalesce((select json_agg(json_build_object('mail', o.id, 'kind', o.kind, 'audience', o.audience, 'to', o.recipient, 'state', o.state) order by o.id)
            from outbox o where o.id in (select i.outbox from outbox_item i where i.action = p_action)), '[]'))
    from dashboard.actions a where a.action = p_action
$$;
comment on function desk_api.action_show is 'An action with its figures, calls and mails.';

create or replace function desk_api.party_show(p_ref text) returns json
language sql stable security definer set search_path = desk, pg_temp as $$
    select json_build_object('id', p.ref, 'kind', p.kind, 'name', p.name, 'parent', u.ref,
        'username_email', v.username_email, 'abuse_email', v.abuse_email, 'signature', v.signature, 'language', v.language, 'brand', v.brand,
        'sending', v.sending, 'timezone', v.timezone, 'left', desk.stamp(p.left_at),
        'complaints', f.complaints, 'domains_complained', f.complained, 'domains', f.domains,
        'percent', coalesce(round(100.0 * f.complained / nullif(f.domains, 0), 2), 0), 'suspended', f.suspended,
        'counting', f.counting, 'spamming', f.spamming, 'ceased', desk.stamp(f.ceased_at),
        'above', coalesce((select json_agg(a.ref order by c.depth) from party_closure c join party a on a.id = c.ancestor
            where c.descendant = p.id and c.depth > 0), '[]'),
        'below', coalesce((select json_agg(json_build_object('id', b.ref, 'kind', b.kind, 'name', b.name) order by b.ref)
            from (select * from party b where b.parent = p.id and b.left_at is null order by b.ref limit 100) b), '[]'),
        'policies', coalesce((select json_object_agg(y.name, y.value order by y.name) from policy y where y.party = p.id), '{}'))
    from party p
    join party_figure f on f.party = p.id
    left join party u on u.id = p.parent
    cross join lateral desk.party_voice(p.id) v
    where p.id = desk.party_named(p_ref)
$$;
comment on function desk_api.party_show is 'A party with its defaults, what it inherits, its figures and its own policies.';

create or replace function desk_api.policy_show(p_party text default null)
returns table (name text, value jsonb, "from" text, kind text, meaning text)
language plpgsql stable security definer set search_path = desk, pg_temp as $$
declare
    v_party bigint := desk.party_named(p_party);
begin
    return query
    select n.name::text, h.value, coalesce(h.ref, 'default')::text, n.kind, n.meaning
    from desk.policy_name n
    left join lateral (
        select y.value, p.ref from desk.policy y
        left join desk.party p on p.id = y.party
        left join desk.party_closure c on c.ancestor = y.party and c.descendant = v_party
        where y.name = n.name and (y.party is null or c.depth is not null)
        order by c.depth nulls last limit 1
    ) h on true
    order by n.name;
end
$$;
comment on function desk_api.policy_show is 'Every policy with the value that holds for a party (null: the defaults) and where it comes from.';

create or replace function desk_api.ladder_show(p_party text default null)
returns table (relation text, track text, step int, action text, delay_days int, approval boolean, ground text, "from" text)
language sql stable security definer set search_path = desk, pg_temp as $$
    select l.relation, l.track, l.step, l.action, l.delay_days, l.approval, l.ground, coalesce(p.ref, 'default')
    from ladder l
    left join party p on p.id = l.party
    left join party_closure c on c.ancestor = l.party and c.descendant = (select id from party where ref = p_party)
    where (l.party is null or c.depth is not null)
        and not exists (select from ladder n join party_closure d on d.ancestor = n.party
            where d.descendant = (select id from party where ref = p_party) and n.relation = l.relation and n.track = l.track
                and (l.party is null or d.depth < c.depth))
    order by l.relation, l.track, l.step
$$;
comment on function desk_api.ladder_show is 'The steps that hold for a party (null: the defaults).';

-- The context goes along because the subject is the template's, not the database's.
create or replace function desk_api.outbox_list(p_state text default null, p_kind text default null, p_desk text default null, p_limit int default null)
returns table (id bigint, kind text, audience text, "from" text, "to" text, language text, state text, reason text, domains jsonb, cases jsonb,
    party text, owed_at text, sent_at text, attempts int, reply text, context jsonb)
language sql stable security definer set search_path = desk, pg_temp as $$
    select o.id, o.kind, o.audience, o."from", o."to", o.language, o.state, o.reason, to_jsonb(o.domains), to_jsonb(o.cases), o.sender,
        desk.stamp(o.owed_at), desk.stamp(o.sent_at), o.attempts, o.reply, desk.context_base() || x.context
    from dashboard.outbox o
    join outbox x on x.id = o.id
    where (p_state is null or o.state = p_state) and (p_kind is null or o.kind = p_kind)
        and (p_desk is null or o.desk = p_desk)
    order by o.id
    limit p_limit
$$;
comment on function desk_api.outbox_list is 'Mails owed, sent or not, oldest first, with what their template is filled with.';

create or replace function desk_api.outbox_show(p_id bigint) returns json
language sql stable security definer set search_path = desk, pg_temp as $$
    select json_build_object('id', o.id, 'kind', o.kind, 'audience', o.audience, 'from', o."from", 'to', o."to", 'language', o.language,
        'state', o.state, 'reason', o.reason, 'domains', to_json(o.domains), 'cases', to_json(o.cases), 'sender', o.sender, 'desk', o.desk,
        'envelope', x.envelope, 'reply_to', x.reply_to, 'message_id', o.message_id, 'in_reply_to', x.in_reply_to,
        'auto_submitted', x.auto_submitted, 'message', o.message, 'attempts', o.attempts, 'owed', desk.stamp(o.owed_at),
        'next_attempt', desk.stamp(o.next_attempt_at), 'sent', desk.stamp(o.sent_at), 'reply', o.reply, 'occasion', x.occasion,
        'context', desk.context_base() || x.context)
    from dashboard.outbox o join outbox x on x.id = o.id where o.id = p_id
$$;
comment on function desk_api.outbox_show is 'A mail with its envelope and what its template is filled with.';
reset check_function_bodies;
