-- What templates are filled with: one set of keys for every mail.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.context_base() returns jsonb
language sql immutable parallel safe as $$
select '{"reference": "", "token": "", "desk_name": "", "desk_address": "", "brand": "", "signature": "", "sender_name": "", "recipient_name": "",
 "date": "", "received": "", "subject": "", "privacy_url": "", "has_privacy_url": false, "ground": "", "has_ground": false, "language": "en",
 "category": "", "category_spam": false, "category_phishing": false, "category_malware": false, "category_botnet": false, "category_fraud": false,
 "category_copyright": false, "category_trademark": false, "category_intrusion": false, "category_vulnerability": false,
 "category_whois": false, "category_other": false,
 "relation": "", "relation_registrar": false, "relation_hosting": false, "relation_mail_redirection": false, "relation_web_redirection": false,
 "relation_web_redirection_unset": false, "relation_dns": false, "relation_sending": false, "relation_whois": false,
 "relation_transit": false, "relation_none": false, "nothing_ours": false,
 "domains": [], "count": 0, "one": false, "many": false, "complaints": 0, "complainants": 0,
 "customer_name": "", "customer_ref": "", "customer_domains": 0, "customer_complained": 0, "customer_complaints": 0,
 "reseller_name": "", "reseller_ref": "", "reseller_domains": 0, "reseller_complained": 0, "reseller_complaints": 0, "reseller_percent": "",
 "step": 0, "deadline": "", "deadline_zone": "", "deadline_days": 0, "deadline_one": false, "has_deadline": false, "first": false, "last": false,
 "has_volume": false, "volume_mails": 0, "volume_above": 0, "data_false": false,
 "proposed": "", "proposed_suspend": false, "proposed_stop_redirection": false, "proposed_pause": false, "proposed_cease": false,
 "proposed_delete": false, "proposed_other": false, "reason": "", "automatic": false, "since": "", "result": "",
 "outcome": "", "outcome_resolved": false, "outcome_suspended": false, "outcome_no_action": false, "outcome_not_ours": false,
 "outcome_false_report": false, "outcome_deleted": false, "threshold": 0, "actions": [],
 "claim_field": "", "claim_why": "", "has_claim": false, "claim_email": false, "claim_phone": false, "claim_address": false, "claim_name": false,
 "claim_unreachable": false, "asks_more": false, "already_suspended": false, "why_complaints": false, "why_volume": false, "why_rate": false, "why_list": false, "why_ladder": false, "why_words": false,
 "by_complainant": false, "by_customer": false, "by_reseller": false, "by_contact": false, "by_other": false, "is_verified": false, "is_suspended": false, "is_deleted": false, "is_closed": false, "has_case": false,
 "loop_silent": false, "loop_name": "", "loop_scope": "", "loop_days": 0, "loop_last": "", "loop_contact": "",
 "breaker_refused": false, "breaker_count": 0, "breaker_of": 0, "has_quarantined": false, "has_undecidable": false, "suppressions_untold": false, "untold": 0,
 "lines": [], "new_count": 0, "repeat_count": 0, "refused_count": 0, "text": "", "evidence": [], "has_evidence": false, "xarf": [], "mails": [], "day": "", "registrars": [], "has_registrars": false,
 "item_category_spam": false, "item_category_phishing": false, "item_category_malware": false, "item_category_botnet": false,
 "item_category_fraud": false, "item_category_copyright": false, "item_category_trademark": false, "item_category_intrusion": false,
 "item_category_vulnerability": false, "item_category_whois": false, "item_category_other": false,
 "item_relation_registrar": false, "item_relation_hosting": false, "item_relation_mail_redirection": false,
 "item_relation_web_redirection": false, "item_relation_web_redirection_unset": false, "item_relation_dns": false,
 "item_relation_sending": false, "item_relation_whois": false, "item_relation_transit": false, "item_relation_none": false,
 "figure_messages": 0, "figure_complaints": 0, "figure_unanswered": 0, "figure_cases_opened": 0, "figure_cases_closed": 0, "figure_cases_open": 0,
 "figure_overdue": 0, "figure_wanted": 0, "figure_sent": 0, "figure_refused": 0, "figure_held": 0, "figure_quarantined": 0}'::jsonb || desk.context_sending_base()
$$;
comment on function desk.context_base is 'Every key a template may use, with the value it has where it does not apply.';

-- These are stable, as jsonb_build_object() is: called immutable, they would not be inlined.
create or replace function desk.context_category(p_category text) returns jsonb
language sql stable parallel safe as $$
    select jsonb_build_object('category', coalesce(p_category, ''), 'category_' || case
        when p_category in ('spam', 'phishing', 'malware', 'botnet', 'fraud', 'copyright', 'trademark', 'intrusion', 'vulnerability', 'whois')
            then p_category else 'other' end, true)
$$;
comment on function desk.context_category is 'The category, and the one switch of it that is on.';

create or replace function desk.context_relation(p_relation text, p_services text[]) returns jsonb
language sql stable parallel safe as $$
    select case when p_relation is null then '{}'::jsonb else jsonb_build_object('relation', p_relation,
        'relation_' || replace(p_relation, '-', '_'), true,
        'relation_web_redirection_unset', p_relation = 'web-redirection' and coalesce('web-redirection:unset' = any(p_services), false)) end
$$;
comment on function desk.context_relation is 'The relation, and the one switch of it that is on.';

create or replace function desk.context_count(p_domains jsonb) returns jsonb
language sql stable parallel safe as $$
    select jsonb_build_object('domains', coalesce(p_domains, '[]'), 'count', jsonb_array_length(coalesce(p_domains, '[]')),
        'one', jsonb_array_length(coalesce(p_domains, '[]')) = 1, 'many', jsonb_array_length(coalesce(p_domains, '[]')) > 1)
$$;
comment on function desk.context_count is 'The list of domains with its number.';

-- The switches of one entry of domains[] have names of their own: what it leaves out is looked
-- up in the mail, where the same switch would be that of the worst domain. One expression, so that it is
-- inlined: a query here would be planned anew for each domain of each mail.
create or replace function desk.context_item(p_category text, p_relation text, p_services text[]) returns jsonb
language sql stable parallel safe as $$
    select case when p_category is null then '{}'::jsonb else jsonb_build_object('item_category_' || case
            when p_category in ('spam', 'phishing', 'malware', 'botnet', 'fraud', 'copyright', 'trademark', 'intrusion', 'vulnerability', 'whois')
                then p_category else 'other' end, true) end
        || case when p_relation is null then '{}'::jsonb else jsonb_build_object('item_relation_' || replace(p_relation, '-', '_'), true) end
        || case when p_relation = 'web-redirection' and 'web-redirection:unset' = any(p_services) then '{"item_relation_web_redirection_unset": true}'::jsonb else '{}' end
$$;
comment on function desk.context_item is 'Category and relation of one domain, each as the one switch that is on.';

-- One resource as a mail shows it; p_all = false: as the complainant may see it.
create or replace function desk.context_domain(p_resource bigint, p_case bigint, p_relation text, p_category text, p_all boolean) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (
    select jsonb_build_object('name', r.name, 'name_defanged', desk.defang(r.name), 'kind', r.kind,
        'complaints', case when p_all then r.complaints else 0 end, 'counting', case when p_all then r.counting else 0 end,
        'first', case when p_all then desk.stamp(r.first_complaint_at) else '' end, 'last', case when p_all then desk.stamp(r.last_complaint_at) else '' end,
        'status', case when p_all then r.status else '' end, 'is_suspended', p_all and r.status = 'suspended', 'is_deleted', p_all and r.status = 'deleted', 'customer', case when p_all then p.name else '' end,
        'registrar', coalesce(r.registrar, ''), 'category', coalesce(p_category, ''), 'relation', coalesce(p_relation, ''),
        'reference', coalesce('C-' || p_case, ''), 'order_ref', case when p_all then coalesce(r.order_ref, '') else '' end,
        'new_nameservers', p_relation in ('mail-redirection', 'web-redirection', 'dns'),
        'one', r.complaints = 1, 'many', r.complaints > 1) || desk.context_item(p_category, p_relation, r.services)
    from resource r join party p on p.id = r.party
    where r.id = p_resource);
end
$$;
comment on function desk.context_domain is 'One entry of domains[].';

create or replace function desk.context_one(p_resource bigint, p_case bigint, p_relation text, p_category text, p_all boolean) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp as $$
begin
    return desk.context_count(case when p_resource is not null
            then jsonb_build_array(desk.context_domain(p_resource, p_case, p_relation, p_category, p_all)) end)
        || desk.context_category(p_category);
end
$$;
comment on function desk.context_one is 'A mail about one case: its resource, if it is about one, and its category.';

create or replace function desk.context_figures(p_customer bigint, p_reseller bigint) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (
    select coalesce((select jsonb_build_object('customer_name', p.name, 'customer_ref', p.ref, 'customer_domains', f.domains,
            'customer_complained', f.complained, 'customer_complaints', f.complaints)
            from party p join party_figure f on f.party = p.id where p.id = p_customer), '{}')
        || coalesce((select jsonb_build_object('reseller_name', p.name, 'reseller_ref', p.ref, 'reseller_domains', f.domains,
            'reseller_complained', f.complained, 'reseller_complaints', f.complaints, 'reseller_percent', desk.percent(f.complained, f.domains))
            from party p join party_figure f on f.party = p.id where p.id = p_reseller), '{}'));
end
$$;
comment on function desk.context_figures is 'Figures of a customer and of a reseller.';

-- Never the complainant's own words: they may say who he is.
create or replace function desk.context_claim(p_case bigint, p_note text) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (
    select jsonb_build_object('has_claim', f.field is not null, 'claim_email', coalesce(f.field = 'email', false), 'claim_phone', coalesce(f.field in ('phone', 'telephone'), false),
        'claim_address', coalesce(f.field = 'address', false), 'claim_name', coalesce(f.field = 'name', false), 'claim_unreachable', coalesce(p_note = 'contact undeliverable', false))
    from (select (
        select lower(x.claim) from (
            select m.report -> 'incidents' -> (i.no - 1) #>> '{claim,field}' as claim, c.id
            from desk.case_newest(p_case, 50) c
            cross join lateral (select i.message, i.no from (select i.* from incident i where i.message = c.message offset 0) i where i.complaint = c.id limit 1) i
            cross join lateral (select m.report from message m where m.id = i.message limit 1) m) x
        where lower(x.claim) in ('email', 'phone', 'telephone', 'address', 'name') order by x.id limit 1)) f(field));
end
$$;
comment on function desk.context_claim is 'Which entry of the registration data a whois case is about, as the one switch that is on.';

-- What an action rests on beside complaints, from the figures it was proposed with.
create or replace function desk.context_facts(p_action bigint, p_kind text) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (
    select case
        when p_kind = 'stop-redirection' and a.figures ? 'mails' then jsonb_build_object('has_volume', true, 'volume_mails', a.figures->'mails', 'volume_above', a.figures->'threshold')
        when p_kind = 'pause' and a.figures ? 'permille' then jsonb_build_object('has_rate', true, 'rate_mails', a.figures->'mails', 'rate_reports', a.figures->'reports',
            'rate_permille', a.figures->>'permille', 'rate_provider', a.figures->>'provider', 'rate_address', coalesce(a.figures->>'address', ''), 'rate_day', a.figures->>'day')
        when p_kind = 'pause' and a.figures ? 'signs' then jsonb_build_object('has_list', true, 'list_traps', a.figures->'traps', 'list_invalid', a.figures->'invalid',
            'list_mails', a.figures->'mails', 'list_scored', a.figures->>'score' is not null, 'list_score', coalesce(a.figures->'score', '0'))
        when a.figures ? 'clearly_false' then '{"data_false": true}'
        else '{}' end
    from action a where a.id = p_action);
end
$$;
comment on function desk.context_facts is 'The volume, the rate, the list or the finding by staff that an action rests on.';

-- Staff read it in their language; only what a person gave as his reason stays as it is.
create or replace function desk.context_why(p_action bigint) returns jsonb
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
begin
    return (
    select jsonb_build_object('step', coalesce(a.step, 0)) || case
        when a.figures ? 'counting' then jsonb_build_object('why_complaints', true, 'counting', a.figures->'counting', 'threshold', a.figures->'threshold')
        when a.kind = 'stop-redirection' and a.figures ? 'mails' then '{"why_volume": true}' || desk.context_facts(a.id, a.kind)
        when a.kind = 'pause' and a.figures ? 'permille' then '{"why_rate": true}' || desk.context_facts(a.id, a.kind)
        when a.kind = 'pause' and a.figures ? 'signs' then '{"why_list": true}' || desk.context_facts(a.id, a.kind)
        when a.step > 1 and a.reason = 'step ' || a.step || ' of the ladder for ' || c.relation then '{"why_ladder": true}'
        else '{"why_words": true}' end
    from action a left join "case" c on c.id = a."case" where a.id = p_action);
end
$$;
comment on function desk.context_why is 'Why an action was proposed: one switch, and the figures of its sentence.';

-- Who answered us, as the one switch that is on.
create or replace function desk.context_by(p_audience text) returns jsonb
language sql immutable parallel safe as $$
    select jsonb_build_object('by_' || case when p_audience in ('complainant', 'customer', 'reseller', 'contact') then p_audience else 'other' end, true)
$$;
comment on function desk.context_by is 'The switch of an audience.';

create or replace function desk.context_evidence(p_shown jsonb) returns jsonb
language sql immutable parallel safe as $$
    select jsonb_build_object('evidence', coalesce(jsonb_agg(e order by e->>'at' desc, e->>'what'), '[]'), 'has_evidence', count(*) > 0)
    from (select distinct e from jsonb_array_elements(coalesce(p_shown, '[]')) s cross join jsonb_array_elements(s) e order by e limit 10) d
$$;
comment on function desk.context_evidence is 'What the reports of the cases of one mail show: a list of lists of desk.case_evidence() as one, of ten at most.';

create or replace function desk.percent(p_part bigint, p_whole bigint) returns text
language sql immutable parallel safe as $$
    select case when coalesce(p_whole, 0) = 0 then '0' else trim_scale(round(p_part * 100.0 / p_whole, 1))::text end
$$;
comment on function desk.percent is 'Percentage with one decimal at most.';
reset check_function_bodies;
