-- An erased person, and one whose time is over, stand nowhere any more: every text of every table is looked through.
begin;
\ir lib/fixture.psql
select plan(26);
update desk.party set left_at = now() where ref = 'T';
select desk_api.policy_set('R', 'digest', 'true');
select t.domain('spam.example', 'C1', 'registration', 'active', 'owner@contact.example'), t.domain('bulk.example', 'CX');

-- Tables and columns in which a word stands.
create function t.traces(p_word text) returns table (place text) language plpgsql as $$
declare
    v record;
    v_found boolean;
begin
    for v in select c.oid::regclass as name, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
            and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'text[]'::regtype) order by 1, 2
    loop
        execute format('select exists (select from %s where %I::text ~* $1)', v.name, v.attname) into v_found using p_word;
        if v_found then
            place := v.name || '.' || v.attname;
            return next;
        end if;
    end loop;
end $$;

-- one person, in every role and spelling
create function t.life(p_who text, p_now timestamptz default '2026-03-01 10:00+00') returns void language plpgsql as $$
declare
    v_mail bigint;
begin
    v_mail := t.mail(t.report('spam.example', p_who, p_evidence => 'url', p_incident => jsonb_build_object('urls', jsonb_build_array('http://spam.example/?u=' || replace(p_who, '@', '%40')),
        'evidence', jsonb_build_array(jsonb_build_object('kind', 'url', 'value', 'http://spam.example/?u=' || p_who, 'host', 'spam.example', 'domain', 'spam.example', 'provenance', 'original'))),
        p_report_id => 'id/' || p_who, p_mail => jsonb_build_object('text', E'hello\n' || p_who || E'\nbye', 'message_id', p_who)), 'R', p_now);
    perform t.mail(t.report('bulk.example', 'friend@other.example', p_mail => jsonb_build_object('subject', 'from ' || p_who, 'text', 'my friend ' || p_who || '. He said so')), 'R', p_now);
    perform t.mail(t.report(null, 'abuse@sub1.example', 'batch', p_more => jsonb_build_object('lines', jsonb_build_array(
        jsonb_build_object('line', 1, 'domain', 'spam.example', 'complainant', p_who, 'error', null), jsonb_build_object('line', 2, 'domain', 'spam.example', 'complainant', 'second@other.example', 'error', null)))), 'R', p_now);
    perform t.mail(t.report(null, p_who, 'reply', p_more => '{"disposition": "not-complaint"}', p_mail => jsonb_build_object('tokens',
        jsonb_build_array((select context->>'token' from desk.outbox where recipient = p_who and audience = 'complainant' order by id limit 1)))), 'R', p_now);
    perform t.mail(t.report(null, 'mailer-daemon@other.example', 'bounce', p_more => jsonb_build_object('disposition', 'not-complaint', 'deliveries', jsonb_build_array(
        jsonb_build_object('recipient', p_who, 'action', 'failed', 'status', '5.1.1', 'diagnostic', 'smtp; 550 5.1.1 <' || p_who || '> user unknown'))),
        p_mail => jsonb_build_object('tokens', jsonb_build_array((select context->>'token' from desk.outbox where recipient = p_who and audience = 'complainant' order by id limit 1)))), 'R', p_now);
    perform t.mail(desk.quarantine_report('too-large', null) || jsonb_build_object('mail', jsonb_build_object('from', p_who, 'to', '[]'::jsonb, 'subject', 'big')), 'R', p_now);
    perform desk_api.reporter_trust(p_who, 'distrusted', p_who || ' lies', 'anna', p_now);
    delete from desk.reporter where address = p_who; -- a rule stays; its audit is at issue
    perform desk_api.case_note(array[(select max("case") from desk.complaint)], 'called ' || p_who || ', no answer', 'anna', p_now);
    perform desk_api.case_refer((select max("case") from desk.complaint), 'abuse@host.example', 'says ' || p_who, 'anna', p_now);
    update desk.outbox set reply = '250 queued for <' || p_who || '>' where recipient = p_who;
    perform desk_api.case_proof((select max("case") from desk.complaint), p_who, p_now - interval '1 year', 'the form', null, 'anna', p_now);
end $$;
select t.life('zaphod+b@people.example');
select t.life('phod+b@people.example'), t.life('zaphod+b@people.example.net');
select desk.decide('2026-03-02 07:00+00');
select cmp_ok((select count(*) from t.traces('zaphod')), '>', 15::bigint, 'one person stands in many places');
update desk.outbox set state = 'owed', sent_at = null where id = (select max(id) from desk.outbox where recipient = 'zaphod+b@people.example') returning id as flying \gset
update desk.outbox_queue set claim = 1, lease_until = '2026-03-02 10:00+00', begun = true where outbox = :flying;
select result from desk_api.privacy_erase('Zaphod+B@people.example', 'anna') limit 1;
select set_eq($$select * from t.traces('zaphod[+]b(@|%40|\[@\])people(\.|\[\.\])example(?![.]net|\[\.\]net)')$$, '{}'::text[], '... and nowhere when he is erased');
select cmp_ok((select count(*) from t.traces('(^|[^a-z])phod[+]b.{1,3}people')), '>', 15::bigint, 'who has a part of his name is not');
select cmp_ok((select count(*) from t.traces('zaphod[+]b.{1,3}people.{1,3}example.{1,3}net')), '>', 15::bigint, '... nor who has a part of his domain');
select isnt_empty($$select from desk.raw_message w join desk.message m on m.id = w.message where m.from_address = 'phod+b@people.example'$$, '... and the bytes of their mails are kept');
select is((select state from desk.outbox where id = :flying), 'cancelled', 'a mail to him that was on its way is not sent again');
select desk.outbox_record(array[:flying]::bigint[], array['sent'], array['250 queued for <zaphod+b@people.example>'], array[null::timestamptz], '2026-03-02 10:01+00');
select is((select state || coalesce(reply, '') from desk.outbox where id = :flying), 'sent', '... it has arrived, and what the relay says of him is not kept');
select isnt_empty($$select from desk.outbox where kind = 'summary' and context::text like '%second%'$$, 'the others of a list are still in it');
select throws_ok($$update desk.audit set detail = '{}'$$, '42501', null, 'the audit is append-only as before');
select isnt_empty($$select from desk.audit where what = 'reporter distrusted' and detail->>'address' = 'erased@invalid.example'$$, '... it says what was done');
select lives_ok($$select desk_api.privacy_erase('j''ürgen.o-[x]$^|{y}@people.example')$$, 'an address of odd characters is erased, not understood');

-- staff were told of each contact that does not exist, once
select desk.owe_staff_note(t.party('R'), 'undeliverable ' || v || '@gone.example', 'undeliverable', '{}', '[]', null, 4, '2026-03-02 10:00+00') from unnest(array['a', 'b']) v;
select lives_ok($$select desk_api.privacy_erase(v || '@gone.example') from unnest(array['a', 'b']) v$$, 'one after the other is erased, though what is left of them must differ');
select is((select count(*) from t.traces('@gone[.]example')), 0::bigint, '... wholly');

-- patterns
create function t.hit(p_text text) returns boolean language sql as $$ select p_text ~* desk.address_pattern('a.b@x-y.example') $$;
select ok(t.hit(v), v) from unnest(array['a.b@x-y.example', '<A.B@X-Y.Example>', 'a.b%40x-y.example', 'u%3Da.b@x-y.example', 'a[.]b[@]x-y[.]example', '"\na.b@x-y.example."', 'mailto:a.b@x-y.example?x']) v;
select ok(not t.hit(v), v) from unnest(array['ba.b@x-y.example', 'aXb@x-y.example', 'a.b@x-y.example.org']) v;

-- after complaint_days nobody who complained is known
select desk_api.policy_set('R', 'complaint_days', '100');
update desk.outbox set state = 'cancelled' where state in ('owed', 'held', 'deferred', 'sending');
select desk_api.case_close(array(select id from desk."case" where state <> 'closed'), 'resolved', p_now => '2026-03-03 10:00+00');
update desk.outbox set state = 'cancelled' where state in ('owed', 'held', 'deferred');
select count(*) from desk.maintenance('2026-06-01 10:00+00');
select cmp_ok((select count(*) from t.traces('phod[+]b|friend@|second@')), '>', 15::bigint, 'before the day nothing is emptied');
select count(*) from desk.maintenance('2026-07-01 10:00+00');
select set_eq($$select * from t.traces('phod[+]b.{1,3}people|friend@|second@')$$, $$values ('desk.audit.detail'), ('desk.case_note.text')$$,
    '... after it they stand in what staff wrote themselves only');
select is((select count(*) from t.traces('c1@customer[.]example') where place = 'desk.outbox.recipient'), 1::bigint, 'who was written to as a customer stays known');
select * from finish();
rollback;
