-- Mails say of each domain what it is about, and what has really happened to it.
begin;
\ir lib/fixture.psql
select plan(7);
update desk.party set left_at = now() where ref = 'T';

-- two domains of a customer, each with its own complaint, in one run
select t.domain('hosted.example', 'CR', 'hosting'), t.domain('named.example', 'CR');
select t.mail(t.report('hosted.example', 'a@people.example', p_category => 'phishing'), p_decide => false),
    t.mail(t.report('named.example', 'b@people.example', p_category => 'spam'), p_decide => false);
select desk.decide('2026-03-01 10:00+00');
create view t.item as select x->>'name' as name, jsonb_object_agg(k.key, k.value) as switches
    from desk.outbox o cross join lateral jsonb_array_elements(o.context->'domains') x cross join lateral jsonb_each(x) k
    where o.kind = 'warning' and o.audience = 'customer' and k.key like 'item%' group by x->>'name';
select is((select count(*) from desk.outbox where kind = 'warning' and audience = 'customer'), 1::bigint, 'two domains, one mail');
select is((select switches->'item_category_phishing' from t.item where name = 'hosted.example'), 'true'::jsonb, 'the one is for phishing');
select is((select switches->'item_category_phishing' from t.item where name = 'named.example'), null, '... the other is not');
select is((select switches->'item_category_spam' from t.item where name = 'named.example'), 'true'::jsonb, '... but for spam');

-- what was deleted is not suspended
select desk_api.policy_set('R', 'whois_remedy', 'delete');
select t.domain('gone.example', 'CR'), t.domain('down.example', 'CR');
select t.mail(t.report('gone.example', 'c@people.example', p_category => 'whois', p_incident => '{"claim": {"field": "phone", "why": "dead"}}'));
select t.crowd('down.example', 6);
select desk.decide(d) from generate_series('2026-03-02 00:00+00'::timestamptz, '2026-03-17 00:00+00', '6 hours') d;
select desk_api.action_approve(array(select id from desk.action where state = 'proposed' and resource in (t.resource('gone.example'), t.resource('down.example')) order by id), p_now => '2026-03-17 10:00+00');
select desk_api.action_confirm(array(select id from desk.action where state in ('approved', 'executing') order by id), p_now => '2026-03-17 11:00+00');
create function t.outcomes(p_domain text) returns text language sql as $$
    select string_agg(distinct context->>'outcome' || case when (context->'outcome_deleted')::boolean then ' deleted' else '' end
        || case when (context->'outcome_suspended')::boolean then ' suspended' else '' end, ',')
    from desk.outbox where kind = 'outcome' and context #>> '{domains,0,name}' = p_domain
$$;
select is((select status from desk.resource where name = 'gone.example'), 'deleted', 'a domain is deleted');
select is(t.outcomes('gone.example'), 'deleted deleted', '... and the complainant is told so');
select is(t.outcomes('down.example'), 'suspended suspended', '... as of another that it is suspended');
select * from finish();
rollback;
