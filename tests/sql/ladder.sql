-- Deadlines by dates: the ladder, the 15 days of whois, answers that pause, snoozing, daylight saving.
begin;
\ir lib/fixture.psql
select plan(50);
update desk.party set left_at = now() where ref = 'T';
update desk.party set timezone = 'Europe/Paris' where ref = 'R';
select t.domain(d, 'C1', 'registration', 'active', 'owner@' || d) from unnest(array['plain.example', 'whois.example', 'unsaid.example', 'deleted.example', 'false.example', 'bounced.example', 'answered.example', 'snoozed.example']) d;
select t.domain('hosted.example', 'C1', 'registration hosting');

-- end of the N-th day in the desk's zone
select is(desk.deadline(t.party('R'), 15, '2026-03-01 10:00+00'), '2026-03-17 00:00+01', '15 days end with the 15th day in the desk''s time zone');
select is(desk.deadline(t.party('R'), 15, '2026-03-20 10:00+00'), '2026-04-05 00:00+02', '... across the change to summer time');
select is(desk.deadline(t.party('R'), 1, '2026-10-24 23:30+00'), '2026-10-27 00:00+01', '... and back, by the local day');
select is(desk.deadline(t.party('R'), 0, '2026-03-01 10:00+00'), '2026-03-01 10:00+00', 'no days: now');

-- registrar: warning, reminder, escalation
select t.mail(t.report('plain.example'));
create function t.kinds(p_domain text) returns text language sql as $$
    select coalesce(string_agg(distinct kind, ' '), '') from t.mails where context @> jsonb_build_object('domains', jsonb_build_array(jsonb_build_object('name', p_domain))) and audience <> 'complainant' $$;
select is(t.kinds('plain.example'), 'warning', 'a warning');
select is((select context->>'deadline' from t.mails where kind = 'warning' and recipient = 'c1@customer.example'), '2026-03-04', '... names the day with which the deadline ends');
select desk.decide('2026-03-04 22:59+00');
select is(t.kinds('plain.example'), 'warning', 'before the end of the third day: nothing');
select desk.decide('2026-03-04 23:00+00');
select is(t.kinds('plain.example'), 'reminder warning', 'with its end: the reminder');
select desk.decide('2026-03-04 23:00+00');
select is((select count(*) from t.mails where kind = 'reminder'), 3::bigint, '... once (reseller, customer, contact)');
select desk.decide('2026-03-08 23:00+00');
select is(t.kinds('plain.example'), 'deadline reminder warning', '... four days later staff hear that the deadline has passed');
select desk.decide('2027-01-01 00:00+00');
select is((select due_at from desk."case" where resource = t.resource('plain.example')), null, 'the ladder ends');

-- hosting: the suspension is proposed after three days
select t.mail(t.report('hosted.example'));
select is((select relation from desk.incident where resource = t.resource('hosted.example')), 'hosting', 'hosting');
select is(t.proposed('hosted.example'), 0::bigint, 'warned first');
select desk.decide('2026-03-05 00:00+00');
select is(t.proposed('hosted.example'), 1::bigint, '... then the suspension is proposed, not done');

-- whois
select t.mail(t.report('whois.example', p_category => 'whois', p_evidence => 'typed', p_provenance => 'typed', p_incident => '{"claim": {"field": "address", "why": "no such street"}}')) as w \gset
select is((select relation || ' ' || track from desk."case" where resource = t.resource('whois.example')), 'whois whois', 'a whois case of its own track');
select is(t.ack(:w), 'acknowledged', 'acknowledged');
select set_eq($$select audience, recipient from t.mails where kind = 'whois-inquiry'$$, $$values ('customer', 'c1@customer.example'), ('contact', 'owner@whois.example')$$, 'the first inquiry');
select is((select distinct context->>'deadline' from t.mails where kind = 'whois-inquiry'), '2026-03-16', '... says by when');
select desk.decide(d) from generate_series('2026-03-02 00:00+00'::timestamptz, '2026-03-16 22:59+00', '1 hour') d;
select is((select count(*) from t.mails where kind = 'whois-inquiry' and audience = 'customer'), 3::bigint, 'three inquiries in 15 days');
select is((select count(distinct context->>'deadline') from t.mails where kind = 'whois-inquiry'), 1::bigint, '... all with the same last day');
select is(t.proposed('whois.example'), 0::bigint, 'nothing before the 15th day has ended');
select desk.decide('2026-03-16 23:00+00');
select is(t.proposed('whois.example'), 1::bigint, 'then the suspension is proposed');

-- ... across the end of summer time, and with a clock that goes back or a daemon that was away
select t.domain('autumn.example', 'C1', 'registration', 'active', 'owner@autumn.example'), t.domain('away.example', 'C1', 'registration', 'active', 'owner@away.example');
select t.mail(t.report('autumn.example', 'autumn@folk.example', p_category => 'whois', p_incident => '{"claim": {"field": "phone", "why": "dead"}}'), 'R', '2026-10-20 20:00+00');
select is((select distinct context->>'deadline' from t.mails where kind = 'whois-inquiry' and context @> '{"domains": [{"name": "autumn.example"}]}'), '2026-11-04', 'the 15th day');
select is((select due_at from desk."case" where resource = t.resource('autumn.example')), '2026-10-26 00:00+01'::timestamptz, '... the reminder on the 5th, the night that has 25 hours before it');
select count(*) from generate_series('2026-10-20 21:00+00'::timestamptz, '2026-11-04 22:59+00', '1 hour') d, desk.decide(d);
select is(t.proposed('autumn.example'), 0::bigint, '... a minute before its end: nothing');
select desk.decide('2026-11-01 12:00+00'), desk.decide('2026-10-20 21:00+00');
select is((select count(*) from t.mails where kind = 'whois-inquiry' and audience = 'customer' and context @> '{"domains": [{"name": "autumn.example"}]}'), 3::bigint, 'a clock that goes back repeats nothing');
select desk.decide('2026-11-04 23:00+00');
select is(t.proposed('autumn.example'), 1::bigint, '... with its end: proposed');
select t.mail(t.report('away.example', 'away@folk.example'), 'R', '2026-03-01 10:00+00');
select desk.decide('2026-03-20 10:00+00'), desk.decide('2026-03-20 10:01+00');
select is(t.kinds('away.example'), 'reminder warning', 'a daemon that was away for weeks takes one step, not all of them');
select is((select due_at from desk."case" where resource = t.resource('away.example')), '2026-03-25 00:00+01'::timestamptz, '... and the next has its days again');

select t.mail(t.report('unsaid.example', p_category => 'whois', p_evidence => 'typed', p_provenance => 'typed'));
select is(t.kinds('unsaid.example'), '', 'what is wrong is unsaid: no inquiry yet');
select is((select kind from t.mails where audience = 'complainant' and context @> '{"domains": [{"name": "unsaid.example"}]}'), 'need-more-information', '... the complainant is asked');
select is((select note from desk."case" where resource = t.resource('unsaid.example')), 'claim-unsaid', '... the case says so');

select desk_api.policy_set('S1', 'whois_remedy', 'delete');
select t.mail(t.report('deleted.example', p_category => 'whois', p_incident => '{"claim": {"field": "phone", "why": "dead"}}'));
select desk.decide(d) from generate_series('2026-03-02 00:00+00'::timestamptz, '2026-03-17 00:00+00', '1 hour') d;
select is(t.proposed('deleted.example', 'delete'), 1::bigint, 'deletion where the policy says so, proposed');
select desk_api.policy_set('S1', 'whois_remedy', null);

select t.mail(t.report('false.example', p_category => 'whois', p_incident => '{"claim": {"field": "name", "why": "Mickey Mouse"}}'));
select results_eq($$select result from desk_api.whois_false(array(select id from desk."case" where resource = t.resource('false.example')), 'asked the town hall', 'anna', '2026-03-02 10:00+00')$$, $$values ('done')$$, 'staff confirm: clearly false');
select is((select state from desk.action where resource = t.resource('false.example') and kind = 'suspend'), 'approved', '... at once');

-- an undeliverable contact opens a whois case
select t.mail(t.report('bounced.example'));
select t.mail(t.report(null, 'mailer-daemon@elsewhere.example', 'bounce', p_more => jsonb_build_object('disposition', 'not-complaint', 'deliveries', jsonb_build_array(jsonb_build_object(
    'recipient', 'owner@bounced.example', 'action', 'failed', 'status', '5.1.1', 'diagnostic', 'smtp; 550 5.1.1 user unknown'))),
    p_mail => jsonb_build_object('tokens', jsonb_build_array(split_part((select envelope from t.mails where recipient = 'owner@bounced.example' and kind = 'warning'), '@', 1)))));
select is((select class from desk.bounce), 'invalid-address', 'the bounce is kept');
select is((select note from desk."case" where resource = t.resource('bounced.example') and track = 'whois'), 'contact undeliverable', '... and opens a whois case');
select matches(t.kinds('bounced.example'), 'whois-inquiry', '... with its inquiry');

-- an answer pauses: from the notified address, authenticated, with its token, once per step, three days
select t.mail(t.report('answered.example'));
create function t.answer(p_from text, p_auth text, p_at timestamptz, p_auto text default null) returns bigint language sql as $$
    select t.mail(t.report(null, p_from, 'reply', p_auth => p_auth, p_more => '{"disposition": "not-complaint"}',
        p_mail => jsonb_build_object('auto_submitted', p_auto, 'tokens', jsonb_build_array((select o.context->>'token' from desk.outbox o
            where o.kind = 'warning' and o.recipient = 'c1@customer.example' and o.context @> '{"domains": [{"name": "answered.example"}]}')))), 'R', p_at) $$;
create function t.state(p_domain text) returns text language sql as $$ select state from desk."case" where resource = t.resource(p_domain) and track = 'abuse' $$;
select t.answer('stranger@people.example', 'pass', '2026-03-02 10:00+00');
select is(t.state('answered.example'), 'waiting', 'a stranger''s answer pauses nothing');
select t.answer('c1@customer.example', 'fail', '2026-03-02 10:00+00');
select is(t.state('answered.example'), 'waiting', 'an unauthenticated one neither');
select t.answer('c1@customer.example', 'pass', '2026-03-02 10:00+00', 'auto-replied');
select is(t.state('answered.example'), 'waiting', 'an automatic one neither');
select t.answer('c1@customer.example', 'pass', '2026-03-03 10:00+00');
select is(t.state('answered.example'), 'answered', 'the customer''s does');
select is((select count(*) from desk.case_note n join desk."case" c on c.id = n."case" where c.resource = t.resource('answered.example')), 4::bigint, 'all of them are on the case');
select desk.decide('2026-03-05 00:00+00');
select unalike(t.kinds('answered.example'), '%reminder%', 'paused: no reminder');
select t.answer('c1@customer.example', 'pass', '2026-03-05 10:00+00');
select is((select paused_until from desk."case" where resource = t.resource('answered.example')), '2026-03-06 10:00+00'::timestamptz, 'a second answer in the same step does not prolong it');
select desk.decide('2026-03-06 10:00+00');
select alike(t.kinds('answered.example'), '%reminder%', '... then it goes on');

-- snooze
select t.mail(t.report('snoozed.example'));
select desk_api.case_snooze(array(select id from desk."case" where resource = t.resource('snoozed.example')), '2026-03-20 00:00+00', 'anna', '2026-03-02 10:00+00');
select desk.decide('2026-03-19 00:00+00');
select is(t.kinds('snoozed.example'), 'warning', 'snoozed: no reminder');
select desk.decide('2026-03-20 00:00+00');
select is(t.kinds('snoozed.example'), 'reminder warning', '... until then');

-- a complaint after closing
select id as snoozed from desk."case" where resource = t.resource('snoozed.example') \gset
select desk_api.case_close(array(select id from desk."case" where resource = t.resource('snoozed.example')), 'resolved', 'cleaned', true, 'anna', '2026-03-21 00:00+00');
select is((select count(*) from t.mails where kind = 'outcome' and context->>'outcome' = 'resolved'), 1::bigint, 'the complainant is told the outcome');
select t.mail(t.report('snoozed.example', 'other@people.example'), 'R', '2026-03-25 10:00+00');
select is((select state || repeat_offender || id from desk."case" where resource = t.resource('snoozed.example')), 'waitingtrue' || :snoozed,
    'a complaint after closing reopens the same case, a repeat offender');
select * from finish();
rollback;
