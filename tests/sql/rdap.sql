-- Answers about domains of others wait for a look-up, but not for long.
begin;
\ir lib/fixture.psql
select plan(33);
update desk.party set left_at = now() where ref = 'T';
create function t.foreign(p_domain text, p_from text, p_now timestamptz default '2026-03-01 10:00+00') returns bigint language sql as $$
    select t.mail(t.report(p_domain, p_from), p_now => p_now)
$$;
create view t.answer as select o.message, o.kind, o.state, o.next_attempt_at as at, o.context->'registrars' as registrars, o.context->'has_registrars' as has
    from desk.outbox o where o.audience = 'complainant';
create function t.waits(p_message bigint) returns interval language sql as $$ select at - '2026-03-01 10:00+00' from t.answer where message = p_message $$;

-- off
select t.foreign('first.test', 'a@people.example') as m \gset
select is(t.ack(:m), 'acknowledged', 'who complains about a domain of others is answered');
select is(t.waits(:m), interval '0', '... at once where nothing is looked up');
select is_empty('select 1 from desk.rdap_queue', '... and nothing is asked');

-- on
select desk.rdap_here('2026-03-01 09:59+00');
select t.foreign('second.test', 'b@people.example') as m \gset
select is(t.waits(:m), interval '60 seconds', 'with a daemon that asks it waits a minute');
select results_eq('select object collate "default" from desk.rdap_queue', array['second.test'], '... for this domain');
select t.foreign('second.test', 'c@people.example') as m2 \gset
select is((select count(*) from desk.rdap_queue), 1::bigint, 'two who ask for the same are one question');

-- the question
select results_eq($$select object collate "default", attempt from desk.rdap_claim('2 minutes', '2026-03-01 10:00:01+00')$$, $$values ('second.test', 1)$$, 'it is claimed once');
select is((select object from desk.rdap_claim('2 minutes', '2026-03-01 10:00:02+00')), null, '... and not twice');
select is((select wait_ms from desk.rdap_claim('2 minutes', '2026-03-01 10:00:02+00')), 119000::bigint, '... until its lease ends');
select is(desk.rdap_reserve('rdap.test', '20 seconds', 2, '2026-03-01 10:00:01+00'), 0::bigint, 'a server is asked');
select is(desk.rdap_reserve('rdap.test', '20 seconds', 2, '2026-03-01 10:00:02+00'), 19000::bigint, '... by one at a time');
select desk.rdap_release('rdap.test', '1 second', '2026-03-01 10:00:03+00');
select is(desk.rdap_reserve('rdap.test', '20 seconds', 2, '2026-03-01 10:00:03.5+00'), 500::bigint, '... with a pause between two questions');
select is(desk.rdap_reserve('rdap.test', '20 seconds', 2, '2026-03-01 10:00:04+00'), 0::bigint, '... twice a day');
select desk.rdap_release('rdap.test', '1 second', '2026-03-01 10:00:04+00');
select is(desk.rdap_reserve('rdap.test', '20 seconds', 2, '2026-03-01 23:59:59+00'), 1000::bigint, '... and no more until the day is over');
select is(desk.rdap_reserve('rdap.test', '20 seconds', 2, '2026-03-02 00:00:00+00'), 0::bigint, '... in UTC');

-- the answer
select desk.rdap_record('second.test', 'rdap.test', 200, E'Some\u202e Registrar', 'abuse@registrar.test', '{}', '3 days', '2026-03-01 10:00:05+00');
select is(t.waits(:m), interval '5 seconds', 'with the answer it leaves');
select is((select registrars #>> '{0,registrar_abuse}' from t.answer where message = :m), 'abuse@registrar.test', '... and says whom to write to');
select is((select registrars #>> '{0,registrar}' from t.answer where message = :m2), 'Some  Registrar', '... so does the other; nothing invisible in the name');
select is_empty('select 1 from desk.rdap_queue union all select 1 from desk.rdap_wait', '... and nobody waits any more');
select t.foreign('second.test', 'd@people.example') as m \gset
select is(t.waits(:m), interval '0', 'what is known needs no waiting');
select is((select has from t.answer where message = :m), 'true'::jsonb, '... and is told');

-- nobody answers
select t.foreign('third.test', 'e@people.example') as m \gset
select desk.rdap_put_off('third.test', '20 seconds', 'timeout', true, '2026-03-01 10:00:30+00');
select is(t.waits(:m), interval '60 seconds', 'while nobody answers it waits its minute');
select results_eq($$select recipient collate "default" from desk.outbox_claim(10, '1 minute', '2026-03-01 10:01:00+00') where recipient = 'e@people.example'$$, array['e@people.example'], '... and leaves after it');
select desk.rdap_record('third.test', 'rdap.test', 200, 'Late', 'abuse@late.test', '{}', '3 days', '2026-03-01 10:02+00');
select is((select registrars from t.answer where message = :m), '[]'::jsonb, 'an answer that comes too late changes no mail');
select is((select abuse_email from desk.rdap_cache where object = 'third.test'), 'abuse@late.test', '... but is kept for the next');

-- out of date
select desk.rdap_here('2026-03-10 10:00+00');
select t.foreign('second.test', 'f@people.example', '2026-03-10 10:00+00') as m \gset
select is((select at from t.answer where message = :m), '2026-03-10 10:01+00'::timestamptz, 'what is out of date is asked again');
select is((select registrars #>> '{0,registrar_abuse}' from t.answer where message = :m), 'abuse@registrar.test', '... and is good enough meanwhile');
select desk.rdap_record('second.test', 'rdap.test', 0, null, null, null, '1 hour', '2026-03-10 10:00:20+00');
select is((select registrars #>> '{0,registrar_abuse}' from t.answer where message = :m), 'abuse@registrar.test', '... also when nobody answers');
select desk.rdap_record('second.test', 'rdap.test', 404, null, null, null, '1 day', '2026-03-10 12:00+00');
select is((select abuse_email from desk.rdap_cache where object = 'second.test'), null, 'a domain that is gone has no registrar');

-- bounds
select t.mail(t.report('one.test', 'g@people.example', p_incident => '{"domains": ["one.test", "two.test", "three.test", "four.test", "not a name", "one.test"]}'), p_now => '2026-03-10 13:00+00') as m \gset
select results_eq($$select object collate "default" from desk.rdap_queue order by object$$, array[]::text[], 'a daemon that was not seen for two minutes is not waited for');
select desk.rdap_here('2026-03-10 13:00+00');
select t.mail(t.report('one.test', 'h@people.example', p_incident => '{"domains": ["one.test", "two.test", "three.test", "four.test", "not a name", "one.test"]}'), p_now => '2026-03-10 13:00+00') as m \gset
select results_eq($$select object collate "default" from desk.rdap_queue order by object$$, array['one.test', 'three.test', 'two.test'], 'three domains of a mail are looked up');
select throws_ok($$insert into desk.rdap_cache (object, server, fetched_at, expires_at, status, abuse_email) values ('x', 'y', now(), now(), 200, E'a@b.test\nBcc: x@y.test')$$, '23514', null, 'no address in the cache could break a header');
select object from desk.rdap_claim('1 minute', '2026-03-12 13:00+00') \gset claimed_
select is_empty('select 1 from desk.rdap_queue union all select 1 from desk.rdap_wait', 'a question of the day before yesterday is dropped');
select * from finish();
rollback;
