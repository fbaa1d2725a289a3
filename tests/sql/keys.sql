-- Keys, roles, restricted mails, the outbox.
begin;
\ir lib/fixture.psql
select plan(79);
update desk.party set left_at = now() where ref = 'T';
select t.domain('spam.example', 'C1');

-- RFC 4231, test cases 1, 2 and 6 (a key longer than a block)
create function t.hmac(p_key bytea, p_text text) returns text language plpgsql as $$
declare
    v_id int;
    s desk.secret;
begin
    v_id := desk.secret_make('token', p_key);
    select * into s from desk.secret where id = v_id;
    delete from desk.secret where id = v_id;
    return encode(desk.hmac(s.inner_pad, s.outer_pad, p_text), 'hex');
end $$;
select is(t.hmac(decode(repeat('0b', 20), 'hex'), 'Hi There'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7', 'RFC 4231 test case 1');
select is(t.hmac('Jefe', 'what do ya want for nothing?'), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843', '... 2');
select is(t.hmac(decode(repeat('aa', 131), 'hex'), 'Test Using Larger Than Block-Size Key - Hash Key First'), '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54', '... 6');

-- tokens
select t.mail(t.report('spam.example'));
select id as mail, context->>'token' as token from desk.outbox where audience = 'customer' \gset
select is(desk.token_valid(:'token'), :mail::bigint, 'our token is ours');
select is(desk.token_valid('b' || :'token'), :mail::bigint, '... in a return path too');
select is(desk.token_valid(left(:'token', -1) || case when right(:'token', 1) = '0' then '1' else '0' end), null, 'one digit off is not');
select is(desk.token_valid('o' || :mail || '-0000000000000000'), null, '... nor a guess');
select is(desk.token_valid('nonsense'), null, '... nor nonsense');
select desk.token_rotate();
select is(desk.token_valid(:'token'), :mail::bigint, 'after a rotation the old one is still valid');
select desk.token_rotate();
select is(desk.token_valid(:'token'), null, 'after two it is not');

-- who may do what
select is_empty($$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('desk', 'desk_api', 'dashboard') and p.proowner = 'complaint_owner'::regrole and (p.proacl is null or exists (select from aclexplode(p.proacl) a where a.grantee = 0))$$,
    'no function can be called by everybody');
select is_empty($$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('desk', 'desk_api') and p.prosecdef and not coalesce(p.proconfig::text like '%search_path=desk, pg_temp%', false)$$, 'every definer function fixes its search_path');
select is_empty($$select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'desk' and c.relkind in ('r', 'p') and not c.relispartition and obj_description(c.oid, 'pg_class') is null$$, 'every table says what it is');
select is_empty($$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('desk', 'desk_api') and obj_description(p.oid, 'pg_proc') is null$$, 'every function says what it does');
set local role complaint_daemon;
select throws_ok('select * from desk.secret', '42501', null, 'the daemon reads no key');
select throws_ok($$update desk.message set ack = 'none'$$, '42501', null, '... and writes no table');
select lives_ok($$select * from desk.decide('2026-03-01 10:00+00')$$, '... but decides');
select lives_ok($$select * from desk.outbox_claim(10)$$, '... and claims mails');
select throws_ok($$select desk_api.privacy_export('a@people.example')$$, '42501', null, '... people''s data are for administrators');
select throws_ok($$select * from desk_api.policy_set(null, 'suspend_above', '9')$$, '42501', null, '... so is policy');
reset role;
set local role complaint_staff;
select throws_ok('select * from desk.complaint', '42501', null, 'staff read no table');
select throws_ok('select * from desk.decide()', '42501', null, '... and call none of the daemon''s functions');
select lives_ok($$select * from desk_api.domain_warn(array['spam.example'])$$, '... but act through desk_api');
select throws_ok($$select * from desk_api.policy_set(null, 'suspend_above', '9')$$, '42501', null, '... set no policy');
select throws_ok($$select * from desk_api.ladder_set(null, 'registrar', 'abuse', 1, 'inform')$$, '42501', null, '... nor a step of the ladder');
select throws_ok($$select * from desk_api.party_set('C1', 'name', 'x')$$, '42501', null, '... nor change a party');
select throws_ok($$select desk_api.privacy_erase('a@people.example')$$, '42501', null, '... nor erase anybody');
select throws_ok($$select desk.import_begin('domains')$$, '42501', null, '... nor import');
reset role;
set local role complaint_admin;
select lives_ok($$select * from desk_api.policy_set(null, 'suspend_above', '5')$$, 'administrators set policy');
select lives_ok($$select * from desk_api.ladder_set('C1', 'registrar', 'abuse', 1, 'warn', 0, false)$$, '... and the ladder');
select lives_ok($$select * from desk_api.party_set('C1', 'name', 'Customer One')$$, '... and parties');
select lives_ok($$select desk.import_begin('domains')$$, '... and import');
reset role;
delete from desk.ladder where party is not null;
set local role complaint_readonly;
select throws_ok($$select * from desk_api.domain_warn(array['spam.example'])$$, '42501', null, 'who only reads does not act');
reset role;

-- child-safety: no bytes, no text, only the fact
select t.mail(t.report('spam.example', 'finder@people.example', p_category => 'child-safety')) as restricted \gset
select is((select folder from desk.message where id = :restricted), 'Restricted', 'child-safety is filed apart');
select is_empty(format('select 1 from desk.raw_message where message = %s', :restricted), '... without its bytes');
select is((select (report #> '{mail,text}')::text || (report #>> '{incidents,0,urls}') || (report #>> '{incidents,0,evidence}') || coalesce(subject, '') from desk.message where id = :restricted), null, '... without text');
select set_eq($$select kind, audience from t.mails where context @> '{"category": "child-safety"}'$$, $$values ('restricted', 'staff')$$, '... and pages a person, nobody else');

select t.mail(t.report('nowhere.example', 'finder2@people.example', p_category => 'child-safety')) as elsewhere \gset
select is((select context->>'reference' from t.mails where kind = 'restricted' and context->>'count' = '0'), 'M-' || :elsewhere, 'nothing of ours: the fact alone pages a person');
select desk_api.policy_set('R', 'authority_senders', '@police.example');
select t.mail(t.report('spam.example', 'officer@police.example', p_category => 'authority'));
select t.mail(t.report('spam.example', 'officer@police.example', p_category => 'authority', p_auth => 'fail'));
select t.mail(t.report('spam.example', 'officer@elsewhere.example', p_category => 'authority'));
select is((select count(*) from t.mails where kind = 'authority'), 1::bigint, 'an authority that is listed and authenticated pages staff');
select is((select note from desk."case" where track = 'restricted' and resource = t.resource('spam.example')), 'unlisted-authority', '... other claims wait in the queue');

-- the outbox: claim, begin, record, leases
create function t.claim(p_now timestamptz) returns bigint language sql as $$ select claim from desk.outbox_claim(5, '5 minutes', p_now) $$;
create function t.begin(p_id bigint, p_claim bigint, p_now timestamptz) returns boolean language sql as $$
    select desk.outbox_begin(array[p_id], array[p_claim], p_now) = array[p_id] $$;
create function t.record(p_id bigint, p_outcome text, p_now timestamptz, p_claim bigint default null, p_next timestamptz default null) returns int language sql as $$
    select desk.outbox_record(array[p_id], array[p_outcome], array[E'450 busy\r\n'], array[p_next], p_now, array[p_claim]) $$;
create function t.mail_is(p_id bigint) returns text language sql as $$ select state || ' ' || attempts from desk.outbox where id = p_id $$;
update desk.outbox set state = 'cancelled' where state <> 'cancelled' and id <> :mail;
update desk.outbox set state = 'owed', attempts = 0, next_attempt_at = '2026-04-01 10:00+00' where id = :mail;
select is((select count(*) from desk.outbox_queue), 1::bigint, 'the queue holds what has not left, and nothing else');
select is((select count(*) from desk.outbox_claim(5, '5 minutes', '2026-04-01 09:59+00')), 0::bigint, 'a mail is claimed when it is due');
select t.claim('2026-04-01 10:00+00') as first \gset
select is(t.mail_is(:mail), 'owed 0', '... which is no attempt');
select is(t.claim('2026-04-01 10:04+00'), null, '... not twice');
select t.claim('2026-04-01 10:06+00') as second \gset
select is(t.begin(:mail, :first, '2026-04-01 10:07+00'), false, 'whose lease ran out may not begin');
select is(t.begin(:mail, :second, '2026-04-01 10:07+00'), true, '... who claimed it since may');
select is(t.begin(:mail, :second, '2026-04-01 10:07+00'), true, '... and may ask again when the answer was lost');
select is((select state from dashboard.outbox where id = :mail), 'sending', 'a mail whose attempt has begun is shown as being sent');
select results_eq(format('select result, detail from desk_api.outbox_cancel(array[%s], null, null, %L)', :mail, '2026-04-01 10:08+00'),
    $$values ('refused', 'it is being sent')$$, '... and is not cancelled');
select is(desk.outbox_hold('test', '2026-04-01 10:08+00'), 0, '... nor held');
select is((select message_id || ' ' || attempt from desk.outbox_claim(5, '5 minutes', '2026-04-01 10:12+00')), :'token' || '@registrar.example 2',
    'a notice whose attempt left no record goes again with the same Message-ID');
select is(t.record(:mail, 'deferred', '2026-04-01 10:12+00', :second, '2026-04-01 11:00+00'), 0, 'who lost it does not put it off');
select is(t.record(:mail, 'deferred', '2026-04-01 10:13+00', :second + 2, '2026-04-01 11:00+00'), 0, '... nor who never had it');
select claim as third from desk.outbox_queue \gset
select is(t.record(:mail, 'untried', '2026-04-01 10:13+00', :third, '2026-04-01 10:20+00'), 1, 'a mail is handed back untried');
select is(t.mail_is(:mail), 'deferred 1', '... without an attempt more');
select t.claim('2026-04-01 10:20+00') as fourth \gset
select is(t.begin(:mail, :fourth, '2026-04-01 10:20+00'), true, '... and comes again');
select is(t.record(:mail, 'deferred', '2026-04-01 10:21+00', :fourth, '2026-04-01 11:00+00'), 1, 'the relay puts it off');
select is((select reply from desk.outbox where id = :mail) || ', ' || t.mail_is(:mail), '450 busy, deferred 2', '... an attempt more, and its words are kept');
select is(t.claim('2026-04-01 10:59+00'), null, '... until its time');
select t.claim('2026-04-01 11:00+00') as fifth \gset
select is(desk.outbox_hold('test', '2026-04-01 11:00+00'), 1, 'what is only claimed is held');
select is(t.begin(:mail, :fifth, '2026-04-01 11:01+00'), false, '... and does not begin');
select is(t.claim('2027-04-01 11:01+00'), null, '... nor is it claimed');
select desk_api.outbox_release(null, 'anna', '2026-04-01 12:00+00');
select t.claim('2026-04-01 12:00+00') as sixth \gset
select is(t.begin(:mail, :sixth, '2026-04-01 12:00+00'), true, 'released it leaves');
update desk.outbox set state = 'cancelled' where id = :mail; -- as the case's end does
select is(t.record(:mail, 'sent', '2026-04-01 12:01+00', :sixth), 1, 'what was cancelled on its way has left all the same');
select is((select state || (sent_at is not null) from desk.outbox where id = :mail), 'senttrue', '... and says so');
select is_empty('select 1 from desk.outbox_queue', '... and is in the queue no more');
select is(t.record(:mail, 'refused', '2026-04-01 12:01+00', :sixth), 0, 'what has left is recorded once');
insert into desk.outbox (occasion, kind, audience, desk, sender, from_name, from_address, recipient, envelope, message_id, auto_submitted, language, context, owed_at, next_attempt_at)
select 'x', 'acknowledgment', 'complainant', desk, sender, from_name, from_address, 'ack@people.example', '', 'x@registrar.example', 'auto-replied', 'en', '{}', '2026-04-01 12:00+00', '2026-04-01 12:00+00'
from desk.outbox where id = :mail returning id as ack \gset
select t.claim('2026-04-01 12:00+00');
select t.claim('2026-04-01 12:06+00') as again \gset
select is(:'again' <> '', true, 'an acknowledgment that was claimed and not begun is sent when the lease has run out');
select t.begin(:ack, :again, '2026-04-01 12:06+00');
select is(t.claim('2026-04-01 12:12+00'), null, 'one whose attempt left no record is not repeated');
select is((select t.mail_is(:ack) || ' ' || reason from desk.outbox where id = :ack), 'uncertain 1 attempt 1 left no record', '... it is in doubt');
select is(t.record(:ack, 'sent', '2026-04-01 12:13+00', :again), 1, '... until its record comes, for the database was away');
select is((select state || coalesce(reason, '') from desk.outbox where id = :ack), 'sent', '... and says that it has left');
update desk.outbox set auto_submitted = 'auto-generated', state = 'owed', sent_at = null, attempts = 3, next_attempt_at = '2026-04-01 12:20+00' where id = :ack;
select t.begin(:ack, t.claim('2026-04-01 12:20+00'), '2026-04-01 12:20+00');
select t.claim('2026-04-01 12:30+00') as notice \gset
select is(t.mail_is(:ack), 'owed 4', 'a notice is repeated');
select t.begin(:ack, :notice, '2026-04-01 12:30+00');
select is(t.claim('2026-04-01 12:40+00'), null, '... but not when five attempts left no record');
select is(t.mail_is(:ack), 'uncertain 5', '... then it is in doubt as well');
update desk.outbox set auto_submitted = 'auto-replied', state = 'owed', next_attempt_at = '2026-04-01 12:50+00' where id = :ack;
select t.begin(:ack, t.claim('2026-04-01 12:50+00'), '2026-04-01 12:50+00');
update desk.outbox set state = 'owed', sent_at = null, priority = 9, next_attempt_at = '2026-04-01 12:51+00' where id = :mail;
insert into desk.outbox (occasion, kind, audience, desk, sender, from_name, from_address, recipient, envelope, message_id, auto_submitted, language, context, owed_at, next_attempt_at, priority)
select 'y', 'acknowledgment', 'complainant', desk, sender, from_name, from_address, 'more@people.example', '', 'y@registrar.example', 'auto-replied', 'en', '{}', '2026-04-01 12:00+00', '2026-04-01 12:52+00', 9
from desk.outbox where id = :mail;
select is((select count(*) from desk.outbox_claim(2, '1 minute', '2026-04-01 12:56+00')), 2::bigint, 'one in doubt does not look as if nothing more were due');
update desk.outbox set state = 'cancelled' where occasion = 'y';
update desk.outbox set state = 'cancelled' where id = :mail;
update desk.outbox set state = 'owed', next_attempt_at = '2026-04-01 12:58+00' where id = :ack;
select t.claim('2026-04-01 12:58+00') as flight \gset
select t.begin(:ack, :flight, '2026-04-01 12:58+00');
insert into desk.breaker (desk, opened_at, reason) select desk, '2026-04-01 12:58+00', 'refused' from desk.outbox where id = :ack;
select t.record(:ack, 'deferred', '2026-04-01 12:59+00', :flight, '2026-04-01 13:30+00');
select is((select state || ' ' || reason from desk.outbox where id = :ack), 'held circuit-breaker', 'an answer that is put off while the circuit breaker is open is held like the others');
delete from desk.breaker;
update desk.outbox set state = 'owed', next_attempt_at = '2026-04-01 13:00+00' where id = :ack;
select t.begin(:ack, t.claim('2026-04-01 13:00+00'), '2026-04-01 13:00+00');
select is(desk.outbox_hold('restored', '2026-04-01 14:00+00'), 1, 'what was being sent when the backup was made');
select is((select state from desk.outbox where id = :ack), 'uncertain', '... is in doubt, and not among what a person releases');
select * from finish();
rollback;
