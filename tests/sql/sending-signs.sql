-- Signs of a bought list, pressure, and the calls that tell sending systems of suppressions.
begin;
\ir lib/fixture.psql
\ir lib/sending.psql
select plan(61);

create function t.traps(p_rows text) returns table (what text, line int, col text, detail text) language plpgsql as $$
begin
    perform desk.import_begin('traps');
    insert into import_stage select n, nullif(split_part(r, ',', 1), ''), nullif(split_part(r, ',', 2), ''), nullif(split_part(r, ',', 3), '')
        from unnest(string_to_array(p_rows, ' ')) with ordinality u(r, n);
    return query select * from desk.import_finish('traps', false, false, '2026-03-01 06:00+00');
end $$;
-- A report of provider 0's loop about customer c's mail to somebody.
create function t.about(p_id text, p_c int, p_complainant text, p_token text default null, p_kind text default 'genuine', p_now timestamptz default '2026-03-01 10:00+00',
    p_practice jsonb default '{}') returns bigint language sql as $$
    select t.mail(jsonb_set(t.arf(p_c, p_c, 0, 0, 0, 1, p_kind), '{incidents,0}', t.arf(p_c, p_c, 0, 0, 0, 1, p_kind) #> '{incidents,0}'
        || jsonb_build_object('complainant', p_complainant, 'report_id', p_id, 'practice', p_practice)
        || case when p_token is null then '{}' else jsonb_build_object('evidence', jsonb_build_array(jsonb_build_object('kind', 'token', 'value', p_token, 'provenance', 'original'))) end),
        p_now => p_now) $$;
create function t.bounces(p_c int, p_from int, p_to int, p_status text default '5.1.1', p_now timestamptz default '2026-03-01 11:00+00') returns bigint language sql as $$
    select t.mail(t.report(null, 'mailer-daemon@isp.example', 'bounce', p_auth => 'none', p_more => jsonb_build_object('disposition', 'not-complaint', 'reason', 'bounce',
        'deliveries', (select jsonb_agg(jsonb_build_object('recipient', 'u' || n || '@isp.example', 'action', 'failed', 'status', p_status,
            'our_message_id', desk.sending_token_make(t.party('E' || p_c), 'spring', 'b' || n) || '@esp.example')) from generate_series(p_from, p_to) n))), p_now => p_now) $$;
create function t.signs(p_c int, p_now timestamptz default '2026-03-02 00:00+00') returns text language sql as $$
    select traps || ' ' || hits || ' ' || invalid || ' ' || coalesce(percent::text, '-') || ' ' || coalesce(score::text, '-') || ' ' || array_to_string(signs, '+')
    from desk.list_signs(t.party('E' || p_c), p_now) $$;
create function t.pauses(p_c int) returns bigint language sql as $$ select count(*) from desk.action where party = t.party('E' || p_c) and kind = 'pause' $$;

-- known traps
select results_eq($$select what, detail from t.traps('Trap1@Traps.example,honey trap2@traps.example,honey @pit.example,pit old@traps.example,honey,2026-01-01')$$, $$values ('added', '4')$$, 'known traps are imported');
select results_eq($$select what, detail from t.traps('trap1@traps.example,honey trap2@traps.example,honeypot')$$, $$values ('changed', '1'), ('unchanged', '1')$$, '... twice is once');
select results_eq($$select line, col from t.traps('nonsense,honey a@b.example, a@b.example,x,soon c@b.example,x C@b.example,y')$$,
    $$values (1, 'address'), (2, 'operator'), (3, 'address'), (3, 'ended'), (5, 'address')$$, 'bad lines are told');
select is((select count(*) from desk.spam_trap), 4::bigint, '... and nothing is imported');

-- hits: by the address, by a whole domain, by the hash in a token when the report is redacted
select t.about('t1', 0, 'trap1@traps.example'), t.about('t2', 0, 'anything@pit.example');
select t.about('t3', 0, 'redacted:redacted@mail0.example', desk.sending_token_make(t.party('E0'), 'spring', 'trap2@traps.example'));
select is(t.signs(0), '3 3 0 - - traps', 'mails to traps are found, redacted or not');
select t.about('t4', 0, 'trap1@traps.example'), t.about('t1', 0, 'trap1@traps.example');
select is(t.signs(0), '3 4 0 - - traps', '... a second copy is none');
select t.about('t5', 0, 'old@traps.example');
select is(t.signs(0), '3 4 0 - - traps', '... nor is what was a trap once');
select t.about('t6', 1, 'trap1@traps.example', p_kind => 'forged'), t.about('t7', 1, 'trap1@traps.example', p_kind => 'stranger'), t.about('t8', 1, 'trap1@traps.example', p_kind => 'not-spam');
select is(t.signs(1), '0 0 0 - - ', 'a forged report makes nobody a spammer');
select is((select count(*) from desk.suppression where address like '%traps.example' and address not like 'old@%' or recipient = desk.recipient_hash('trap2@traps.example')), 0::bigint,
    'a trap is on no list: its owner would be the only one not written to');
select is((select count(*) from desk.suppression where address = 'old@traps.example'), 1::bigint, '... who is none any more is');
select is(t.pauses(0), 0::bigint, 'one sign proposes nothing');

-- recipients that do not exist
insert into desk.sent_volume (party, address, provider, day, mails) select t.party('E' || c), '192.0.2.10', 'isp.example', '2026-03-01', 100 from generate_series(0, 3) c;
select t.bounces(0, 1, 4);
select is(t.signs(0), '3 4 4 4.00 - traps', 'recipients that do not exist, by their tokens');
select t.bounces(0, 1, 4), t.bounces(0, 1, 4, p_now => '2026-03-02 11:00+00');
select is(t.signs(0), '3 4 4 4.00 - traps', '... each once for good, however often it is sent in');
select t.bounces(0, 11, 20, '5.2.2');
select is(t.signs(0), '3 4 4 4.00 - traps', '... a full mailbox exists');
select is(t.pauses(0), 0::bigint, '4 of 100 are no sign');
select t.bounces(0, 5, 5);
select is(t.signs(0), '3 4 5 5.00 - traps+invalid', '5 of 100 are');
select results_eq($$select state, reason from desk.action where party = t.party('E0') and kind = 'pause'$$,
    $$values ('proposed', 'signs of a bought list: 3 spam traps written to; 5 recipients of 100 mails do not exist, 5.00 per hundred')$$, 'two signs propose a pause, and say why');
select is((select count(*) from t.mails where kind = 'escalation' and audience = 'staff'), 1::bigint, '... to staff');
select is((select count(*) from t.mails where kind = 'warning' and recipient = 'e0@mailer.example'), 1::bigint, '... and the customer is warned, and asked for his proof of consent');
select is((select context::text like '%traps.example%' from t.mails where kind = 'warning' and recipient = 'e0@mailer.example'), false, '... without being told of the traps');
select t.bounces(0, 6, 9);
select is(t.pauses(0), 1::bigint, '... once');

select is((select concat_ws(' ', a->>'why_list', a->>'why_words', a->>'list_traps', a->>'list_invalid', a->>'list_mails', a->>'list_scored')
    from t.mails, jsonb_array_elements(context->'actions') a where kind = 'escalation' and a->>'kind' = 'pause' and audience = 'staff'), 'true 3 5 100 false', '... told in figures, for every language');

-- the verdict of a person holds; what was before does not count again
select desk_api.action_reject(array[(select id from desk.action where kind = 'pause')], 'list was checked', 'anna', '2026-03-01 12:00+00');
select t.bounces(0, 30, 40);
select is(t.pauses(0), 1::bigint, 'what staff rejected is not proposed again in this case');
select desk_api.case_close(array[(select id from desk."case" where party = t.party('E0') and state <> 'closed')], 'resolved', p_by => 'anna', p_now => '2026-03-01 12:30+00');
select is(t.signs(0, '2026-03-02 10:00+00'), '0 0 0 - - ', 'closed is closed: the signs begin anew the day after');

-- practice
select t.about('p' || n, 1, 'p' || n || '@mail0.example', p_practice => '{"list_unsubscribe": false, "one_click": false, "sender_named": true, "legal_notice": false}') from generate_series(1, 2) n;
select is(t.signs(1), '0 0 0 0.00 25 practice', 'bad practice is a sign');
select is(t.pauses(1), 0::bigint, '... not enough alone');
select t.bounces(1, 1, 5);
select is((select reason from desk.action where party = t.party('E1') and kind = 'pause'), 'signs of a bought list: 5 recipients of 100 mails do not exist, 5.00 per hundred; good practice 25 of 100', 'with another it is');

-- policies
update desk.sent_volume set mails = 99 where party = t.party('E2');
select t.bounces(2, 1, 50);
select is(t.signs(2), '0 0 50 50.51 - ', 'of a few mails nothing is concluded');
select desk_api.policy_set('E3', 'list_signs', '1');
select t.bounces(3, 1, 5);
select is(t.pauses(3), 1::bigint, 'how many signs it takes is a policy');
select is((select concat_ws(' ', context->>'complaints', context->>'has_list', context->>'list_invalid') from t.mails where kind = 'warning' and recipient = 'e3@mailer.example'),
    '0 true 5', 'a customer of whom only bounces tell is warned of them');
select desk_api.action_approve(array(select id from desk.action where kind = 'pause' and party = t.party('E3')), p_by => 'anna', p_now => '2026-03-01 12:00+00');
select desk_api.action_confirm(array(select id from desk.action where kind = 'pause' and party = t.party('E3')), p_by => 'anna', p_now => '2026-03-01 12:30+00');
select is((select concat_ws(' ', context->>'has_list', context->>'list_traps', context->>'list_invalid', context->>'list_mails') from t.mails where kind = 'pause' and audience = 'customer'),
    'true 0 5 100', 'a pause carried out names its grounds to the customer');
select desk_api.policy_set('E4', 'list_traps', '2');
select t.about('e4', 4, 'trap1@traps.example');
select is(t.signs(4), '1 1 0 - - ', '... and how many traps');
update desk.spam_trap_hit set last_at = now() where party = t.party('E4');
select results_eq($$select customer collate "default", traps, level from dashboard.list_signs where customer in ('E4', 'E5')$$, $$values ('E4', 1::bigint, 'none')$$, 'the view shows them by customer');
select is((select count(*) from dashboard.traps where customer = 'E0' and operator = 'honey' and traps = 1 and hits = 2), 1::bigint, 'who writes to whose traps is shown, by operator');
select is((select sum(hits) from dashboard.traps where customer = 'E0'), 4::numeric, '... without the addresses');

-- pressure
select is((select count(*) from desk_api.token_make('E5', 'spring', array['r1', 'r2', 'a@people.example'], true, '2026-03-02 10:00+00')), 3::bigint, 'tokens for mails that go out now');
select is((select count(*) from desk_api.token_make('E5', 'summer', array['r1'], true, '2026-03-08 23:59+00')), 1::bigint, '... and again in the same week');
select is((select count(*) from desk_api.token_make('E5', 'summer', array['r1'], true, '2026-03-09 00:00+00')), 1::bigint, '... and in the next');
select is((select count(*) from desk_api.token_make('E5', 'test', array['r1'])), 1::bigint, '... and one that is not sent');
select results_eq($$select week, recipients, mails, per_recipient, most, too_many from dashboard.pressure where customer = 'E5' order by 1$$,
    $$values ('2026-03-02'::date, 3::bigint, 4::bigint, 1.33, 2, 0::bigint), ('2026-03-09', 1, 1, 1.00, 1, 0)$$, 'mails per recipient and week');
select desk_api.policy_set('E5', 'pressure_week', '1');
select is((select too_many from dashboard.pressure where customer = 'E5' and week = '2026-03-02'), 1::bigint, '... too many by the customer''s policy');
select is((select count(*) from desk.sending_pressure where recipient like '%@%'), 0::bigint, 'no address is kept for it');
select is((desk_api.privacy_export('a@people.example')::jsonb #>> '{written,0,mails}') > '0', true, 'who asks what is kept about him is told');
select is((select detail from desk_api.privacy_erase('a@people.example') where target = 'pressure'), '1 weeks deleted', '... what is known of an erased one goes');
select is(desk.pressure_expire('2026-06-08'), 2::bigint, 'after 13 weeks it is forgotten');

-- calls about suppressions
create function t.called(p_now timestamptz default '2026-03-01 13:00+00', out id bigint, out key text, out body jsonb) language sql as $$ select id, idempotency_key, payload from desk.hook_claim(1, p_now => p_now) $$;
delete from desk.hook;
select is(desk.owe_suppressions(array(select id from desk.party), '2026-03-01 13:00+00'), 0, 'nobody is called unless the policy says so');
select desk_api.policy_set('E6', 'suppression_hook', 'yes');
select t.about('s1', 6, 's1@mail0.example'), t.about('s2', 6, 's2@mail0.example');
create table t.call as select * from t.called();
select is((select body->>'type' || ' ' || (body #>> '{data,customer}') || ' ' || (body #>> '{data,count}') || ' ' || (body #>> '{data,suppressions,0,address}') || ' ' || (body #>> '{data,suppressions,0,reason}') from t.call),
    'suppression.add E6 1 s1@mail0.example complaint', 'a new suppression is told; what comes while a call is under way waits');
select desk.hook_record((select id from t.call), 'deferred', 503, 'later', '2026-03-01 13:05+00', '2026-03-01 13:00+00');
select is((select (c.key, c.body) = (n.key, n.body) from t.call c, t.called('2026-03-01 13:05+00') n), true, 'again it says the same, under the same key');
select is((select key ~ ('^sup_' || id || '_[0-9a-f]{12}$') from t.call), true, '... which no other call will ever have, after a restore neither');
select desk.hook_record((select id from t.call), 'done', 200, 'thanks', null, '2026-03-01 13:05+00');
create table t.next as select * from t.called('2026-03-01 13:06+00');
select is((select body #>> '{data,suppressions,0,address}' from t.next), 's2@mail0.example', '... then comes the next batch');
select desk.hook_record((select id from t.next), 'failed', 400, 'no', null, '2026-03-01 13:06+00');
select is((select count(*) from desk.hook where state = 'owed'), 0::bigint, 'a call that is refused is not made for ever');
select is((select count(*) from desk.action where state = 'failed'), 0::bigint, '... and is no action');
select is((select concat_ws(' ', audience, context->>'customer_ref', context->>'untold', context->>'result') from desk.outbox where kind = 'failure' and desk = t.party('R')), 'staff E6 1 no', '... of which staff are told');
select t.about('s3', 6, 's3@mail0.example');
select is((select string_agg(x->>'address', ' ' order by x->>'address') from t.called('2026-03-01 13:10+00') n, jsonb_array_elements(n.body #> '{data,suppressions}') x), 's2@mail0.example s3@mail0.example', '... what it was about goes with the next');
select desk.hook_record((select id from desk.hook where state = 'sending'), 'failed', 400, 'no', null, '2026-03-01 13:10+00');
select is((select count(*) from desk.outbox where kind = 'failure'), 1::bigint, '... once a day');
select desk.owe_suppressions(array[t.party('E6')], '2026-03-01 13:10+00'), t.called('2026-03-01 13:10+00');
select desk_api.hook_result((select idempotency_key from desk.hook where state = 'sending'), true, 'taken', '2026-03-01 13:11+00');
select is((select count(*) from desk.suppression where party = t.party('E6') and hook is null), 0::bigint, 'a result may be reported, too');
select results_eq($$select result, detail from desk_api.suppression_send('E0', '2026-03-01 14:00+00')$$, $$values ('refused', '21: policy suppression_hook is off')$$, 'staff are told why nobody is called');
select desk_api.policy_set('E0', 'suppression_hook', 'yes');
select results_eq($$select result, detail from desk_api.suppression_send('R', '2026-03-01 14:00+00') where target = 'E0'$$, $$values ('done', '21 to be told')$$, 'what was there before is told on request');
select desk_api.privacy_erase('old@traps.example');
select is((select body::text like '%old@traps%' from t.called('2026-03-01 14:01+00')), false, 'an erased address is in no call');
select desk_api.suppression_add('E7', array['only@people.example'], 'by hand', 'anna', '2026-03-02 10:00+00');
select desk_api.privacy_erase('only@people.example');
select desk_api.policy_set('E7', 'suppression_hook', 'yes');
select is(desk.owe_suppressions(array[t.party('E7')], '2026-03-02 10:00+00'), 0, '... nor is a call made about him alone');
select desk_api.suppression_add('E7', array['other@people.example'], 'by hand', 'anna', '2026-03-02 10:00+00');
select desk_api.privacy_erase('other@people.example');
select is((select payload->'data' from desk.hook_claim(100, p_now => '2026-03-02 10:01+00') where payload #>> '{data,customer}' = 'E7'), '{"count": 0, "dry_run": false, "customer": "E7", "suppressions": []}',
    '... and one that was owed says nothing of nobody');
select * from finish();
rollback;
