-- Mails that would do harm: held, marked, told to a person. And what is told at the end.
begin;
\ir lib/fixture.psql
select plan(46);
select t.domain('spam.example', 'C1', p_registrant => 'gone@contact.example'), t.domain('bulk.example', 'CX'), t.domain('data.example', 'CX', p_registrant => 'owner@contact.example');
create function t.staff(p_kind text) returns bigint language sql as $$ select count(*) from desk.outbox where audience = 'staff' and kind = p_kind $$;
create function t.sent(p_from int, p_to int, p_outcome text, p_now timestamptz default '2026-03-01 10:05+00') returns void language plpgsql as $$
declare v_ids bigint[];
begin
    for n in p_from .. p_to loop
        perform t.mail(t.report('spam.example', 'p' || n || '@people' || n || '.example'));
    end loop;
    select array_agg(id) into v_ids from (select id from desk.outbox_claim(100000, '5 minutes', p_now) where audience = 'complainant') c;
    perform desk.outbox_record(v_ids, array_fill(p_outcome, array[cardinality(v_ids)]), array_fill('550 no'::text, array[cardinality(v_ids)]),
        array_fill(null::timestamptz, array[cardinality(v_ids)]), p_now);
    update desk.outbox_queue set claim = null, lease_until = null;
end $$;
create function t.held(p_from int, p_to int) returns setof bigint language plpgsql as $$
begin
    for n in p_from .. p_to loop
        perform t.mail(t.report('spam.example', 'p' || n || '@people' || n || '.example'));
    end loop;
    return query select id from desk.outbox where state = 'held' and audience = 'complainant';
end $$;

-- the circuit breaker: refusals
select t.sent(1, 10, 'sent');
select t.sent(11, 19, 'refused');
select is_empty('select 1 from desk.breaker where closed_at is null', 'nine of nineteen refused: too few to tell');
select t.sent(20, 22, 'refused');
select isnt_empty('select 1 from desk.breaker where closed_at is null', 'more than half of an hour''s answers refused: the breaker opens');
select is((select reason from desk.breaker), '12 of the last 22 answers were refused', '... and says why');
select is(t.staff('breaker'), 1::bigint, '... to staff, too');
select t.mail(t.report('spam.example', 'late@people.example')) as late \gset
select is(t.ack(:late), 'acknowledged', 'complaints are taken and decided as before');
select is((select state || ' ' || reason from desk.outbox where recipient = 'late@people.example'), 'held circuit-breaker', '... their answers are held');
select is((select count(*) from desk.outbox where state = 'held' and audience <> 'complainant'), 0::bigint, '... notices are not');
select t.mail(t.report('bulk.example', 'later@people.example'));
select is((select state from desk.outbox where audience = 'customer' and recipient = 'cx@customer.example'), 'owed', '... nor new ones');
select desk_api.outbox_release(null, 'anna', '2026-03-01 10:10+00');
select is_empty('select 1 from desk.breaker where closed_at is null', 'a person closes it');
select is((select count(*) from desk.outbox where state = 'held'), 0::bigint, '... and lets the answers go');
select t.sent(23, 23, 'refused', '2026-03-01 10:15+00');
select is_empty('select 1 from desk.breaker where closed_at is null', '... what was refused before counts no more');
select t.sent(24, 40, 'refused', '2026-03-01 10:20+00');
select is((select reason || ' ' || coalesce(closed_at::text, 'open') from desk.breaker), '20 of the last 20 answers were refused open', '... what is refused from then on does');
select is((select count(*) from t.held(42, 61)), 20::bigint, '... and holds what comes');
select desk_api.outbox_release(null, 'anna', '2026-03-01 12:00+00');
select t.sent(62, 62, 'refused', '2026-03-01 12:01+00');
select is((select reason || ' ' || coalesce(closed_at::text, 'open') from desk.breaker), '21 of the last 21 answers were refused open', 'what was held for hours counts when it leaves');
select desk_api.outbox_release(null, 'anna', '2026-03-01 12:02+00');

-- the circuit breaker: complaints about our answers
select count(t.mail(t.report(null, 'fbl@provider.example', 'own', p_more => '{"disposition": "not-complaint"}',
    p_mail => jsonb_build_object('tokens', jsonb_build_array(o.message_id))), 'R', '2026-03-01 13:00+00'))
from (select message_id from desk.outbox where audience = 'complainant' and recipient like 'p_@%' order by id limit 5) o;
select is((select count(*) from desk.reporter where no_mail_at is not null), 5::bigint, 'five people call our answers spam: nothing is sent to them again');
select is_empty('select 1 from desk.breaker where closed_at is null', '... and answers go on');
select t.mail(t.report(null, 'fbl@provider.example', 'own', p_more => '{"disposition": "not-complaint"}',
    p_mail => jsonb_build_object('tokens', jsonb_build_array((select message_id from desk.outbox where recipient = 'p9@people9.example')))), 'R', '2026-03-01 13:00+00');
select is((select reason from desk.breaker), '6 complaints about our answers in a day', 'six in a day are too many');
delete from desk.breaker;

-- caps of one explanation
select desk_api.policy_set('R', 'ack_template_day', '2');
select t.domain('forged.example', 'CX');
create function t.forged() returns text language sql as $$ select t.ack(t.mail(t.report('forged.example', 'asks@people.example', p_evidence => 'from'))) $$;
select is(t.forged(), 'acknowledged', 'an explanation');
select is((select kind from desk.outbox where recipient = 'asks@people.example'), 'not-involved', '... in words of its own');
select is(t.forged(), 'acknowledged', '... again');
select is(t.forged(), 'cap-template', '... but not for ever');

-- a contact that does not exist
select o.id as warned, o.message_id as warned_id from desk.outbox o where kind = 'warning' and recipient = 'gone@contact.example' \gset
select t.mail(t.report(null, 'mailer-daemon@contact.example', 'bounce', p_more => jsonb_build_object('disposition', 'not-complaint',
    'deliveries', jsonb_build_array(jsonb_build_object('recipient', 'gone@contact.example', 'original_recipient', null, 'action', 'failed', 'status', '5.1.1',
        'diagnostic', 'smtp; 550 5.1.1 no such user', 'reporting_mta', 'mx.contact.example', 'our_message_id', :'warned_id')))));
select is((select status from desk.undeliverable where address = 'gone@contact.example'), '5.1.1', 'a bounced notice marks the contact');
select is(t.staff('undeliverable'), 1::bigint, '... staff are told');
select is((select count(*) from desk."case" where track = 'whois' and resource = t.resource('spam.example')), 1::bigint, '... and a whois case is open');
select is((select count(*) from desk.outbox where recipient like 'mailer-daemon@%'), 0::bigint, '... nobody answers a bounce');
-- a customer: his second address
update desk.party set abuse_email = 'second@customer.example' where ref = 'C1';
insert into desk.undeliverable (address, since, last_at) values ('c1@customer.example', '2026-03-01', '2026-03-01');
select is((select recipient from desk.chain(t.party('R'), t.party('C1'), t.resource('spam.example')) where audience = 'customer'), 'second@customer.example', 'who cannot be reached is written to at his second address');
select t.mail(t.report(null, 'c1@customer.example', 'reply', p_more => '{"disposition": "not-complaint"}', p_mail => jsonb_build_object('tokens',
    jsonb_build_array((select message_id from desk.outbox where kind = 'warning' and recipient = 'c1@customer.example')))));
select is((select recipient from desk.chain(t.party('R'), t.party('C1'), t.resource('spam.example')) where audience = 'customer'), 'c1@customer.example', '... until an answer comes from the first');

-- answers
select is(t.staff('answer'), 1::bigint, 'staff hear of an answer');
select c.id as closed from desk."case" c where c.resource = t.resource('bulk.example') \gset
select desk_api.case_close(array[:closed], 'no-action', p_tell => true, p_now => '2026-03-02 10:00+00');
select t.mail(t.report(null, 'later@people.example', 'reply', p_more => '{"disposition": "not-complaint"}', p_mail => jsonb_build_object('tokens',
    jsonb_build_array((select message_id from desk.outbox where kind = 'outcome' and recipient = 'later@people.example')))), 'R', '2026-03-03 10:00+00');
select is((select count(*) from desk.outbox where kind = 'answer' and context->>'reference' = 'C-' || :closed), 1::bigint, '"If you disagree, answer this mail": of a closed case, too');
select isnt_empty(format('select 1 from desk.case_note where "case" = %s and by like %L', :closed, 'complainant%'), '... and it stands on the case');
select t.mail(t.report('nowhere.example', 'lost@people.example'));
select t.mail(t.report(null, 'lost@people.example', 'reply', p_more => '{"disposition": "not-complaint"}', p_mail => jsonb_build_object('tokens',
    jsonb_build_array((select message_id from desk.outbox where recipient = 'lost@people.example'))))) as lost \gset
select is((select context->>'reference' from desk.outbox where kind = 'answer' order by id desc limit 1), 'M-' || :lost, '... and where there is no case');
select count(t.mail(t.report(null, 'lost@people.example', 'reply', p_more => '{"disposition": "not-complaint"}', p_mail => jsonb_build_object('tokens',
    jsonb_build_array((select message_id from desk.outbox where recipient = 'lost@people.example')))))) from generate_series(1, 20);
select is((select count(*) from desk.outbox where kind = 'answer' and context->>'reference' = 'M-' || :lost), 1::bigint, '... once an hour, however many come');

-- whois: the end is told to those who were asked
select t.mail(t.report('data.example', 'whois@people.example', p_category => 'whois', p_incident => '{"claim": {"field": "telephone", "why": "not in service"}}'), 'R', '2026-03-04 10:00+00');
select is((select count(*) from desk.outbox where kind = 'whois-inquiry' and recipient = 'owner@contact.example'), 1::bigint, 'a whois inquiry');
select desk_api.case_close(array(select id from desk."case" where track = 'whois' and resource = t.resource('data.example')), 'resolved', p_now => '2026-03-05 10:00+00');
select set_eq($$select audience, recipient from desk.outbox where kind = 'whois-outcome'$$, $$values ('customer', 'cx@customer.example'), ('contact', 'owner@contact.example')$$, '... ends with a mail to those who were asked');

-- referral
select t.mail(t.report('bulk.example', 'witness@people.example', p_category => 'phishing', p_incident => '{"urls": ["https://bulk.example/login?id=witness@people.example#x"], "source_ip": {"value": "192.0.2.7", "port": null, "provenance": "reported"}}'), 'R', '2026-03-06 10:00+00');
select result from desk_api.case_refer(:closed, 'Abuse@Host.example', 'please look', 'anna', '2026-03-06 11:00+00') \gset
select is(:'result'::text, 'done', 'a case is referred to a host');
select is((select recipient || ' ' || auto_submitted from desk.outbox where kind = 'referral'), 'abuse@host.example no', '... by a person');
select set_eq($$select x->>'what' from desk.outbox, jsonb_array_elements(context->'evidence') x where kind = 'referral'$$,
    $$values ('https://bulk.example/login'), ('192.0.2.7')$$, '... with the evidence');
select ok((select context::text !~ 'witness|people.example' from desk.outbox where kind = 'referral'), '... and nobody who complained');
select throws_ok(format($$select desk_api.case_refer(%s, E'a@b.example\r\nBcc: x@y.example')$$, :closed), '22023', null, 'only to an address');

-- a copy for machines, if the desk wants it
select t.domain('plain.example', 'C2'), t.domain('copied.example', 'CX');
select t.mail(t.report('plain.example', 'spotted@people.example', p_category => 'phishing', p_incident => '{"urls": ["https://plain.example/login?v=spotted@people.example"]}'), 'R', '2026-03-06 10:00+00');
select is((select context->'xarf' from desk.outbox where kind = 'warning' and recipient = 'c2@customer.example'), null, 'no copy of the evidence by default');
select desk_api.policy_set('R', 'xarf_copy', 'true');
select t.mail(t.report('copied.example', 'spotted@people.example', p_category => 'phishing', p_incident => '{"urls": ["https://copied.example/login?v=spotted@people.example"]}'), 'R', '2026-03-06 10:00+00');
select is((select context #>> '{xarf,0,category}' || ' ' || (context #>> '{xarf,0,url}') || ' ' || (context #>> '{xarf,0,reporter,contact}') from desk.outbox
    where kind = 'warning' and audience = 'customer' and context @> '{"domains": [{"name": "copied.example"}]}'),
    'content https://copied.example/login abuse@registrar.example', 'a copy in XARF 4 shows the link, from us');
select is_empty($$select 1 from desk.outbox where kind = 'warning' and context::text ~ 'spotted'$$, '... and nobody who complained');

-- digests
select t.mail(desk.quarantine_report('too-large', null), 'R', '2026-03-07 10:00+00');
select desk.decide('2026-03-08 03:00+00');
create view t.digests as select kind, context from desk.outbox where kind in ('digest', 'quarantine') and desk = t.party('R') and context->>'day' >= '2026-03-07';
select is((select count(*) from t.digests), 0::bigint, 'no digest before the morning');
select desk.decide('2026-03-08 06:10+00');
select desk.decide('2026-03-08 07:10+00');
select is((select context->>'day' || ' ' || (context->>'figure_messages') || ' ' || (context->>'figure_quarantined') from t.digests where kind = 'digest'), '2026-03-07 1 1', 'one digest of the day before');
select is((select jsonb_array_length(context->'mails') || ' ' || (context #>> '{mails,0,reason}') from t.digests where kind = 'quarantine'), '1 too-large', '... and what lies in quarantine');
select desk_api.policy_set('R', 'digest', 'false');
select desk.decide('2026-03-09 07:10+00');
select is((select count(*) from t.digests), 2::bigint, '... if the desk wants it');
select * from finish();
rollback;
