-- Reports about the mails of bulk-mail customers: which customer, campaign, address and
-- provider; counted once, believed or not; and whom not to write to again.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.name_suffixes(p_name text) returns text[]
language plpgsql immutable parallel safe as $$
declare
    v_name text := left(p_name, 253);
    v_all text[] := array[v_name];
begin
    while strpos(v_name, '.') > 0 and cardinality(v_all) < 10 loop
        v_name := substr(v_name, strpos(v_name, '.') + 1);
        v_all := v_all || v_name;
    end loop;
    return v_all;
end
$$;
comment on function desk.name_suffixes is 'A name and all names above it.';

-- What an enrolment may call the sender of a report: the address, its domain, or names above it;
-- ".provider.example" is said of names below that alone, for at the name itself people have mailboxes.
create or replace function desk.loop_senders(p_address text) returns text[]
language plpgsql immutable parallel safe as $$
declare
    v_names text[] := desk.name_suffixes(desk.address_domain(p_address));
begin
    return array[p_address] || v_names || array(select '.' || n from unnest(v_names[2:]) n);
end
$$;
comment on function desk.loop_senders is 'Every sender under which the reports of an address may be enrolled.';

-- The enrolment a report came through. Of several of one sender the one whose scope or alias fits.
create or replace function desk.loop_of(p_sender text, p_to jsonb, p_address inet, p_domains jsonb, p_day date,
    out id bigint, out provider text)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    select l.id, l.provider into id, provider
    from loop l
    where l.sender = any(desk.loop_senders(p_sender)) and l.ended_at is null and l.since <= p_day
    order by coalesce(l.network >>= p_address, false) or coalesce(p_domains ? l.domain, false) desc,
        coalesce(p_to ? l.alias, false) desc, length(l.sender) desc, l.id
    limit 1;
end
$$;
comment on function desk.loop_of is 'The enrolled loop of a report by its sender''s address; no id: not enrolled.';

-- The trust rules, in the order in which they are shown. A forged report must neither
-- unsubscribe people nor pause a customer, so nobody is believed about others but an enrolled
-- loop; a token proves its own recipient, and a person speaks for himself.
create or replace function desk.why_not_believed(p_category text, p_trust text, p_is_submitted boolean, p_authenticated boolean,
    p_is_enrolled boolean, p_is_proven boolean, p_is_own boolean, p_is_machine boolean) returns text
language sql immutable parallel safe as $$
    select case
        when p_category = 'auth-failure' then 'auth-failure'
        when p_trust in ('distrusted', 'blocked') then 'untrusted-reporter'
        when p_is_submitted or p_is_proven then null
        when not p_authenticated then 'unauthenticated'
        when p_is_enrolled or p_is_own then null
        when p_is_machine then 'loop-not-enrolled'
        else 'not-the-complainant'
    end
$$;
comment on function desk.why_not_believed is 'Why a report about a bulk mailer''s mail is not believed; null: it is.';

create or replace function desk.sending_facts(p_messages bigint[]) returns desk.sending_fact[]
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    return array(
    with inc as materialized (
        select i.message, i.no, i.category, i.complainant_key, i.report_id, i.date, m.desk, m.kind, m.authenticated, m.from_address, m.submitter,
            m.received_at, (m.received_at at time zone 'UTC')::date as day, m.report->'mail'->'to' || (m.report->'mail'->'delivered_to') as "to",
            m.report->'incidents'->(i.no - 1) as x, r.party, r.kind as resource_kind, r.name,
            m.kind in ('arf', 'jmrp', 'xarf', 'x-arf', 'spamcop', 'notice') as is_machine
        from unnest(p_messages) q(id)
        -- OFFSET 0: a join of its own would read the whole table.
        cross join lateral (select * from incident i where i.message = q.id and i.relation = 'sending' offset 0) i
        cross join lateral (select * from message m where m.id = i.message limit 1) m
        cross join lateral (select r.party, r.kind, r.name from resource r where r.id = i.resource limit 1) r
    ), read as materialized (
        select i.*, t.campaign as token_campaign, t.recipient, a.address, l.id as loop, l.provider,
            coalesce(desk.address_normal(i.x->>'complainant'), case when i.kind not in ('arf', 'jmrp', 'batch') then i.from_address end) as complainant,
            coalesce(t.campaign, case when (i.x #>> '{original,feedback_id}') ~ ':' then nullif(btrim(split_part(i.x #>> '{original,feedback_id}', ':', 1)), '') end,
                i.x #>> '{original,list_id}', '') as campaign
        from inc i
        left join lateral (select t.campaign, t.recipient from jsonb_to_recordset(i.x->'evidence') e(kind text, value text)
            cross join lateral desk.sending_token(e.value) t where e.kind = 'token' and t.party = i.party limit 1) t on true
        cross join lateral (select desk.to_inet(i.x #>> '{source_ip,value}') as ip offset 0) s
        left join lateral (select s.ip as address from resource n
            where n.kind = 'network' and n.ended_at is null and n.network >>= s.ip and n.party = i.party limit 1) a on true
        left join lateral (select * from desk.loop_of(i.from_address, i.to, a.address,
            coalesce(i.x #> '{original,dkim_domains}', '[]'), i.day) where i.authenticated and i.is_machine) l on true
    ), believed as materialized (
        select r.*, b.why, h.is_hashed,
            r.complainant is not null and r.complainant !~ '^(redacted:(redacted|unknown|removed|hidden|anonymous|recipient|undisclosed.*)?|redacted)@' and (nullif(r.x->>'complainant', '') is not null or r.complainant = r.from_address) as is_named,
            -- The address is believed where its hash stands in the token, or who names it is.
            h.is_hashed or r.submitter is not null
                or r.authenticated and (r.loop is not null or r.complainant = r.from_address) as knows_address,
            case when r.recipient is not null then desk.hmac(k.inner_pad, k.outer_pad, 'recipient ' || r.party || ' ' || r.recipient) end as recipient_key,
            -- A recipient complains of a mailing once; and a token that nobody vouches for is worth one report for good.
            case when r.recipient is not null and (r.token_campaign is not null or not r.authenticated or r.loop is null)
                then 'token ' || coalesce(r.token_campaign, '0') || ' ' || r.recipient else r.report_id end as id
        from read r
        left join lateral (select o.trust from reporter o where o.address in (r.from_address, '@' || desk.address_domain(r.from_address))
            order by o.address like '@%' limit 1) o on true
        cross join lateral (select desk.why_not_believed(r.category, o.trust, r.submitter is not null, r.authenticated, r.loop is not null,
            r.recipient is not null, r.complainant = r.from_address, r.is_machine) as why) b
        cross join lateral (select coalesce(case when r.recipient ~ '^h[0-9a-f]{16}$' then r.recipient = desk.recipient_hash(r.complainant) end, false) as is_hashed) h
        cross join (select inner_pad, outer_pad from secret where purpose = 'complainant') k
    ), once as materialized (
        select b.*, coalesce(b.recipient_key, b.complainant_key) as person,
            case when b.category in ('not-spam', 'opt-out') then b.category end as what,
            b.id is not null and row_number() over (partition by b.party, coalesce(b.recipient_key, b.complainant_key), b.id,
                b.why is null, case when b.category in ('not-spam', 'opt-out') then b.category end order by b.message, b.no) > 1 as again
        from believed b
    )
    select row(o.message, o.no, o.desk, o.party, o.day,
        left(coalesce(o.provider, case when o.kind in ('arf', 'jmrp') then desk.address_domain(o.from_address) else desk.address_domain(o.complainant) end, ''), 253),
        o.address, left(o.campaign, 100), o.recipient, o.loop, o.person, o.id, o.category, o.why is null,
        w.why is null, w.why,
        -- The token knows better than a pseudonym who it is; a hash is as good as the address it belongs to.
        case when o.recipient is not null and not o.is_hashed then o.recipient_key
            when o.knows_address and o.is_named then o.complainant_key end,
        case when o.knows_address and o.is_named then o.complainant end, coalesce(o.date, o.received_at), o.x->'practice',
        case when o.why is null and (o.recipient is not null or o.knows_address and o.is_named)
            then desk.trap_of(case when o.knows_address and o.is_named then o.complainant end, o.recipient) end)::desk.sending_fact
    from once o
    left join lateral (select true as known from sending_report s where s.party = o.party and s.person = o.person and s.report_id = o.id
        and coalesce(s.why_not, '') = coalesce(o.what, '') and coalesce(s.why_not, '') in ('', 'not-spam', 'opt-out') limit 1) s on true
    cross join lateral (select coalesce(o.why, case when o.again or s.known then 'copy' end, o.what) as why) w
    order by o.message, o.no);
end
$$;
comment on function desk.sending_facts is 'What the incidents of these messages say of the mails of bulk-mail customers.';

create or replace function desk.note_sending(p_messages bigint[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_facts desk.sending_fact[] := desk.sending_facts(p_messages);
begin
    perform desk.note_loops(p_messages, v_facts, p_run, p_now);
    if cardinality(v_facts) = 0 then
        return;
    end if;
    insert into sending_report (message, no, desk, party, day, provider, address, campaign, recipient, loop, person, report_id, counts, why_not)
    select f.message, f.no, f.desk, f.party, f.day, f.provider, f.address, f.campaign, f.recipient, f.loop, f.person, left(f.report_id, 300), f.counts, f.why_not
    from unnest(v_facts) f;

    insert into sending_day as d (party, day, provider, address, campaign, reports, copies, not_spam, opt_outs, untrusted)
    select f.party, f.day, f.provider, f.address, f.campaign, count(*) filter (where f.counts), count(*) filter (where f.why_not = 'copy'),
        count(*) filter (where f.why_not = 'not-spam'), count(*) filter (where f.why_not = 'opt-out'), count(*) filter (where not f.trusted)
    from unnest(v_facts) f
    group by f.party, f.day, f.provider, f.address, f.campaign
    order by f.party, f.day, f.provider, f.address, f.campaign
    on conflict on constraint sending_day_once do update set reports = d.reports + excluded.reports, copies = d.copies + excluded.copies,
        not_spam = d.not_spam + excluded.not_spam, opt_outs = d.opt_outs + excluded.opt_outs, untrusted = d.untrusted + excluded.untrusted;

    insert into sending_practice as s (party, day, campaign, practice, yes, no)
    select f.party, f.day, f.campaign, p.key, count(*) filter (where p.value = 'true'), count(*) filter (where p.value = 'false')
    from unnest(v_facts) f
    cross join lateral jsonb_each(case jsonb_typeof(f.practice) when 'object' then f.practice else '{}' end) p(key, value)
    where f.counts and p.value in ('true', 'false') and p.key in ('list_unsubscribe', 'one_click', 'unsubscribe_link', 'sender_named',
        'contact_given', 'legal_notice', 'dkim_aligned', 'links_aligned')
    group by f.party, f.day, f.campaign, p.key order by 1, 2, 3, 4
    on conflict (party, day, campaign, practice) do update set yes = s.yes + excluded.yes, no = s.no + excluded.no;

    insert into spam_trap_hit as h (trap, party, first_at, last_at, hits)
    select f.trap, f.party, p_now, p_now, count(*) from unnest(v_facts) f where f.trap is not null and f.counts
    group by f.trap, f.party order by f.party, f.trap
    on conflict (party, trap) do update set last_at = excluded.last_at, hits = h.hits + excluded.hits;

    perform desk.suppress(v_facts, p_now);
    perform desk.watch_rates(array(select f.party from unnest(v_facts) f where f.counts group by f.party, f.day order by f.party, f.day),
        array(select f.day from unnest(v_facts) f where f.counts group by f.party, f.day order by f.party, f.day), p_run, p_now);
    perform desk.watch_lists(array(select distinct f.party from unnest(v_facts) f where f.trap is not null and f.counts order by 1), p_run, p_now);
end
$$;
comment on function desk.note_sending is 'Counts what these messages report of bulk mailers'' mails, suppresses complainants, and looks at the rates; in a fixed number of statements.';

-- Who complains about a bulk mailer's mail, or opts out of it, is not written to again.
create or replace function desk.suppress(p_facts desk.sending_fact[], p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    insert into suppression as s (party, address_key, address, recipient, provider, campaign, reason, since, message, noted_at)
    select f.party, f.address_key, min(f.complainant), min(f.recipient), min(f.provider), (array_agg(nullif(f.campaign, '') order by f.message))[1],
        case when bool_and(f.category = 'opt-out') then 'opt-out' else 'complaint' end, min(f.at), min(f.message), p_now
    from unnest(p_facts) f
    where f.trusted and f.category <> 'not-spam' and f.address_key is not null
        and f.trap is null -- the customer would take off the trap, and go on writing to the rest of the list
    group by f.party, f.address_key order by f.party, f.address_key
    on conflict (party, address_key) do update set recipient = coalesce(s.recipient, excluded.recipient), address = coalesce(s.address, excluded.address)
        where s.recipient is null and excluded.recipient is not null or s.address is null and excluded.address is not null;
    perform desk.owe_suppressions(array(select distinct f.party from unnest(p_facts) f where f.trusted order by 1), p_now);
end
$$;
comment on function desk.suppress is 'Adds believed complainants to the suppression list of the customer they complain about; on the word of a report that is not believed, nobody.';
reset check_function_bodies;
