-- What mails are filled with: facts where there are some, days that are still to come, nobody who complained.
begin;
\ir lib/fixture.psql
select plan(48);
update desk.party set left_at = now() where ref = 'T';
create function t.context(p_domain text, p_kind text, p_audience text default 'customer') returns jsonb language sql as $$
    select desk.context_base() || context from t.mails where kind = p_kind and audience = p_audience and context->'domains' @> jsonb_build_array(jsonb_build_object('name', p_domain))
    order by id desc limit 1 $$;
create function t.case_of(p_domain text) returns bigint language sql as $$ select id from desk."case" where resource = t.resource(p_domain) order by id desc limit 1 $$;
create function t.act(p_domain text, p_kind text, p_now timestamptz) returns void language sql as $$
    select desk_api.action_approve(array(select id from desk.action where resource = t.resource(p_domain) and kind = p_kind and state = 'proposed' order by id), p_now => p_now);
    select desk_api.action_confirm(array(select id from desk.action where resource = t.resource(p_domain) and kind = p_kind and state in ('approved', 'executing') order by id), p_now => p_now);
$$;
create function t.whois(p_domain text, p_person text, p_field text, p_now timestamptz) returns bigint language sql as $$
    select t.mail(t.report(p_domain, p_person, p_category => 'whois', p_evidence => 'typed', p_provenance => 'typed',
        p_incident => jsonb_build_object('claim', jsonb_build_object('field', p_field, 'why', 'my letter came back to me, Wanda Witness'))), 'R', p_now) $$;

-- a whois inquiry after a long absence names the day that will really be waited for
select t.domain('away.example', 'C1', 'registration', 'active', 'owner@away.example'), t.domain('late.example', 'C1'), t.domain('last.example', 'C1');
select t.whois('away.example', 'a@folk.example', 'phone', '2026-03-01 10:00+00');
select is(t.context('away.example', 'whois-inquiry')->>'deadline', '2026-03-16', 'the 15th day');
select desk.decide('2026-04-20 10:00+00');
select is(t.context('away.example', 'whois-inquiry')->>'deadline', '2026-04-25', 'weeks late: the day of the next step, not one that is over');
select is(t.context('away.example', 'whois-inquiry')->>'deadline_days', '5', '... in five days');
select is_empty($$select 1 from t.mails where (context->>'deadline_days')::int < 0 or (context->>'has_deadline')::boolean and (context->>'deadline')::date < '2026-03-01'$$, '... never less than none');
select is(t.context('away.example', 'whois-inquiry')->>'last', 'false', 'one more inquiry follows');
select desk.decide('2026-04-26 00:00+00');
select is(t.context('away.example', 'whois-inquiry')->>'deadline', '2026-04-30', '... and so on');
select is(t.context('away.example', 'whois-inquiry')->>'last', 'true', 'this one says that it is the last');
select t.whois('late.example', 'b@folk.example', 'phone', '2026-03-01 10:00+00');
select desk.decide('2026-03-15 10:00+00');
select is(t.context('late.example', 'whois-inquiry')->>'deadline', '2026-03-20', 'late, but before the 15th day: still the later of the two');
select desk_api.policy_set('S1', 'answer_days', '1');
insert into desk.ladder (party, relation, track, step, action, delay_days, approval) values (t.party('S1'), 'whois', 'whois', 1, 'whois-inquiry', 0, false),
    (t.party('S1'), 'whois', 'whois', 2, 'whois-inquiry', 5, false);
select t.whois('last.example', 'c@folk.example', 'phone', '2026-03-01 10:00+00');
select desk.decide('2026-05-01 10:00+00');
select is(t.context('last.example', 'whois-inquiry')->>'deadline', '2026-05-02', 'a ladder that ends with an inquiry: the days for an answer');
select is(t.context('last.example', 'whois-inquiry')->>'deadline_one', 'true', '... one day');
select is(t.context('last.example', 'whois-inquiry')->>'deadline_zone', (desk.party_voice(t.party('R'))).timezone, '... of the desk''s time zone');

-- which entry is doubted, and never in the words of who doubts it
select is(t.context('away.example', 'whois-inquiry')->>'claim_phone', 'true', 'the telephone is doubted');
select is(t.context('away.example', 'whois-inquiry')->>'has_claim', 'true', '... and said to be');
select is((select count(*) from t.mails where audience in ('customer', 'contact') and context::text ~* 'wanda|came back to me'), 0::bigint, '... without the words of the complaint');
select t.domain('vague.example', 'CX');
select t.whois('vague.example', 'd@folk.example', 'registrant', '2026-03-01 10:00+00');
select is(t.context('vague.example', 'whois-inquiry')->>'has_claim', 'false', 'nothing in particular: no entry');
select is(t.context('vague.example', 'whois-inquiry')->>'claim_unreachable', 'false', '... somebody told us');

-- a contact that bounces: nobody "told" us
select t.domain('bounced.example', 'CX', 'registration', 'active', 'gone@bounced.example');
select t.mail(t.report('bounced.example', 'e@folk.example'));
select message_id as sent from desk.outbox where recipient = 'gone@bounced.example' \gset
select t.mail(t.report(null, 'mailer-daemon@mx.example', 'bounce', p_more => jsonb_build_object('disposition', 'not-complaint', 'reason', 'bounce',
    'deliveries', jsonb_build_array(jsonb_build_object('recipient', 'gone@bounced.example', 'action', 'failed', 'status', '5.1.1', 'diagnostic', '550 no such user', 'our_message_id', :'sent')))));
select is(t.context('bounced.example', 'whois-inquiry')->>'claim_unreachable', 'true', 'our own mail that came back is the reason');
select is((select context->>'by_contact' || ' ' || (context->>'reason') from t.mails where kind = 'undeliverable'), 'true gone@bounced.example', '... staff read whose address it is');

-- evidence: of this customer's name, and short of what marks the reader
select t.domain('shown.example', 'CX', 'registration hosting');
select t.mail(t.report('shown.example', 'f@folk.example', p_category => 'phishing', p_incident => '{"urls": ["https://shown.example/login?u=f@folk.example",
    "https://www.shown.example/pay", "https://other.example/x", "https://notshown.example/"], "source_ip": {"value": "192.0.2.7", "port": 4711}}'));
select set_eq($$select e->>'what' from jsonb_array_elements(t.context('shown.example', 'warning')->'evidence') e$$,
    $$values ('https://shown.example/login'), ('https://www.shown.example/pay'), ('192.0.2.7')$$, 'a warning shows what was seen of this customer''s, not of others');
select is(t.context('shown.example', 'warning')->>'has_evidence', 'true', '... and that there is something to show');
select is(t.context('shown.example', 'warning', 'reseller')->'evidence', t.context('shown.example', 'warning')->'evidence', '... the reseller the same');
select is(t.context('bounced.example', 'warning')->>'has_evidence', 'false', 'nothing to show: nothing announced');

-- suspended because of it: what, since when, facts, automatic or not
select t.crowd('shown.example', 6, 'R', '2026-03-02 10:00+00');
select t.act('shown.example', 'suspend', '2026-03-02 11:00+00');
select is(t.context('shown.example', 'suspension')->>'since', '2026-03-02 11:00 UTC', 'suspended since when');
select is(t.context('shown.example', 'suspension')->>'relation_hosting', 'true', '... the hosting');
select is(t.context('shown.example', 'suspension')->>'has_evidence', 'true', '... on what');
select is(t.context('shown.example', 'suspension')->>'automatic', 'false', '... by a person');
select is(t.context('shown.example', 'outcome', 'complainant')->>'automatic', 'false', '... as the complainants read');
select desk_api.policy_set('SX', 'auto_suspend', 'true');
select t.domain('byitself.example', 'CX');
select t.mail(t.report('byitself.example', 'person1@people1.example')), t.crowd('byitself.example', 6);
select desk_api.action_confirm(array(select id from desk.action where resource = t.resource('byitself.example') and state in ('approved', 'executing')), p_now => '2026-03-02 12:00+00');
select is(t.context('byitself.example', 'suspension')->>'automatic', 'true', 'by itself: the customer is told so');
select is(t.context('byitself.example', 'outcome', 'complainant')->>'automatic', 'true', '... and the complainants');

-- who complains of what is already suspended is not promised that somebody will be warned
select t.mail(t.report('shown.example', 'too.late@folk.example'), 'R', '2026-03-02 13:00+00');
select is(t.context('shown.example', 'acknowledgment', 'complainant')->>'already_suspended', 'true', 'already suspended: the complainant reads so');
select t.lines('shown.example,vouched@folk.example', 'SX', 'staff', '2026-03-02 14:00+00');
select is((select context->>'already_suspended' || ' ' || (context->>'relation') from t.mails where recipient = 'vouched@folk.example'), 'true hosting', '... and who a submitter vouches for');
select is((select (desk.context_base() || context)->>'already_suspended' from t.mails where recipient = 'f@folk.example' and kind = 'acknowledgment'), 'false', '... the first complainant did not');

-- a redirection above its volume says the volume
select t.domain('busy.example', 'CX', 'registration mail-redirection');
select t.mail(t.report('busy.example', 'g@folk.example', p_evidence => 'reply-to'));
insert into desk.redirection_volume (resource, day, mails) values (t.resource('busy.example'), '2026-03-01', 512);
select desk.watch_redirections('2026-03-02 10:00+00');
select is((select context->'actions'->0->>'why_volume' || ' ' || (context->'actions'->0->>'volume_mails') from t.mails where kind = 'escalation' and context::text ~ 'busy'), 'true 512', 'staff read why, as figures');
select t.act('busy.example', 'stop-redirection', '2026-03-02 11:00+00');
select is(t.context('busy.example', 'stop-redirection')->>'has_volume', 'true', 'the customer reads of the volume');
select is(t.context('busy.example', 'stop-redirection')->>'volume_mails' || ' ' || (t.context('busy.example', 'stop-redirection')->>'volume_above'), '512 300', '... and how much would be allowed');

-- DNS service stopped, and data that staff found to be false
select t.domain('served.example', 'CX', 'dns'), t.domain('invented.example', 'CX');
insert into desk.ladder (party, relation, track, step, action, delay_days, approval) values (t.party('SX'), 'dns', 'abuse', 1, 'warn', 0, false), (t.party('SX'), 'dns', 'abuse', 2, 'stop-redirection', 3, true);
select t.mail(t.report('served.example', 'h@folk.example'));
select desk.decide('2026-03-06 10:00+00');
select t.act('served.example', 'stop-redirection', '2026-03-06 11:00+00');
select is(t.context('served.example', 'stop-redirection')->>'relation_dns', 'true', 'a stop of nameservers says that it is nameservers');
select t.whois('invented.example', 'i@folk.example', 'name', '2026-03-06 10:00+00');
select desk_api.whois_false(array[t.case_of('invented.example')], p_now => '2026-03-06 10:30+00');
select t.act('invented.example', 'suspend', '2026-03-06 11:00+00');
select is(t.context('invented.example', 'suspension')->>'data_false', 'true', 'clearly false: found by staff, not a deadline that passed');
select is(t.context('shown.example', 'suspension')->>'data_false', 'false', '... as nowhere else');

-- staff: when an answer, an authority's mail came
select t.mail(t.report(null, 'cx@customer.example', 'reply', p_more => '{"disposition": "not-complaint"}', p_mail => jsonb_build_object('tokens',
    jsonb_build_array((select message_id from desk.outbox where kind = 'warning' and recipient = 'cx@customer.example' order by id limit 1)))), 'R', '2026-03-07 10:00+00');
select is((select context->>'received' || ' ' || (context->>'by_customer') || ' ' || (context->>'is_verified') from desk.outbox where kind = 'answer' order by id limit 1),
    '2026-03-07 10:00 UTC true true', 'an answer: when, from whom, whether it is sure');
select t.domain('child.example', 'CX');
select t.mail(t.report('child.example', 'j@folk.example', p_category => 'child-safety'), 'R', '2026-03-07 11:00+00');
select is((select context->>'received' || ' ' || (context->>'subject') from desk.outbox where kind = 'restricted' order by id desc limit 1), '2026-03-07 11:00 UTC ', 'child safety: when, and not a word of it');

-- XARF 4: what each type must have, for a link and for an address
create view t.copy as
    select c.category, d, d->>'category' || '/' || (d->>'type') as pair from unnest(array['spam', 'phishing', 'malware', 'botnet', 'fraud', 'copyright', 'trademark', 'intrusion', 'vulnerability', 'other']) c(category)
    cross join lateral unnest(array['https://shown.example/x', null]) l(link)
    cross join lateral (select desk.xarf_type(c.category, l.link) as d) x;
create table t.needs (pair text, fields text[]);
insert into t.needs values ('messaging/spam', '{protocol}'), ('content/phishing', '{url}'), ('content/malware', '{url}'), ('content/fraud', '{url,fraud_type}'),
    ('copyright/copyright', '{infringing_url}'), ('infrastructure/botnet', '{compromise_evidence}'), ('reputation/threat_intelligence', '{threat_type}');
select is_empty($$select pair from t.copy c left join t.needs n using (pair) where n.pair is null or not d ?& n.fields$$, 'every copy has what its type requires');
select is((select count(distinct pair) from t.copy), 7::bigint, '... of seven types');
select desk_api.policy_set('R', 'xarf_copy', 'true');
create temp table copy as select d from jsonb_array_elements(desk.case_xarf(t.case_of('shown.example'), 5)) d;
select is((select count(*) from copy), 3::bigint, 'one document for each thing shown');
select is_empty($$select 1 from copy where not d ?& '{xarf_version,report_id,timestamp,reporter,sender,source_identifier,category,type,evidence}'
    or d->>'report_id' !~ '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' or d->>'timestamp' !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$'
    or d ? '_internal'$$, '... with what all of them require');
select is_empty($$select 1 from copy cross join lateral jsonb_array_elements(d->'evidence') e cross join lateral (select decode(e->>'payload', 'base64') as bytes) p
    where (e->>'size')::int <> length(bytes) or e->>'hash' <> 'sha256:' || encode(sha256(bytes), 'hex') or convert_from(bytes, 'UTF8') ~ 'folk|u=' or length(e->>'description') > 500
    or exists (select from jsonb_object_keys(e) k where k not in ('content_type', 'payload', 'description', 'hash', 'size'))$$, '... the evidence is what it says, and names no reader');
select is((select jsonb_agg(distinct k order by k) from copy cross join lateral jsonb_object_keys(d->'reporter') k), '["contact", "domain", "org"]', '... the reporter, a closed object, is us');
select is((select array_agg(distinct d->'reporter'->>'contact') from copy), array['abuse@registrar.example'], '... and nobody else');
select is(desk.case_xarf(t.case_of('shown.example'), 5), desk.case_xarf(t.case_of('shown.example'), 5), 'the same evidence has the same ids');
select * from finish();
rollback;
