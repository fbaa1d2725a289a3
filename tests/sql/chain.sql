-- Who mails whom: DESIGN section 5, chain mails.
begin;
\ir lib/fixture.psql
select plan(18);

select t.domain('deep.example', 'C3', 'registration', 'active', 'owner@deep.example', 'C3@customer.example', 'owner@deep.example', 'tech@deep.example');
select t.domain('near.example', 'CR', 'registration', 'active', 'cr@customer.example');
select t.domain('mid.example', 'C1');
select t.domain('other.example', 'CT');

select t.mail(t.report('deep.example'));
select set_eq('select kind, audience, sender, from_address, recipient from t.mails', $$values
    ('acknowledgment', 'complainant', 'R', 'abuse@registrar.example', 'person@people.example'),
    ('warning', 'reseller', 'R', 'abuse@registrar.example', 'abuse@sub1.example'),
    ('warning', 'reseller', 'S1', 'abuse@sub1.example', 'abuse@sub2.example'),
    ('warning', 'reseller', 'S2', 'abuse@registrar.example', 'login@sub3.example'),
    ('warning', 'customer', 'S3', 'abuse@registrar.example', 'c3@customer.example'),
    ('warning', 'contact', 'R', 'abuse@registrar.example', 'owner@deep.example'),
    ('warning', 'contact', 'R', 'abuse@registrar.example', 'tech@deep.example')$$,
    'three resellers between: own and on-behalf senders, abuse address or its default, contacts once');
select is((select from_name from desk.outbox where recipient = 'login@sub3.example'), 'Second Sub Abuse Desk', 'on-behalf mails carry the sender''s name');
select is((select context->>'signature' from desk.outbox where recipient = 'login@sub3.example'), 'Second Sub Abuse Desk', 'and its signature');
select is((select count(distinct message_id) from desk.outbox), 7::bigint, 'every mail has its Message-ID');
select ok((select bool_and(envelope = '' and auto_submitted = 'auto-replied') from desk.outbox where kind = 'acknowledgment'), 'acknowledgments have the null sender');
select ok((select bool_and(envelope like 'abuse+bo%@registrar.example' and reply_to like 'abuse+o%@registrar.example' and auto_submitted = 'auto-generated')
    from desk.outbox where kind = 'warning'), 'notices have a return path and a Reply-To of their own at the desk');

select t.mail(t.report('near.example'));
select set_eq($$select kind, audience, sender, recipient from t.mails where context @> '{"domains": [{"name": "near.example"}]}' and kind = 'warning'$$, $$values
    ('warning', 'customer', 'R', 'cr@customer.example')$$, 'a direct customer; the contact that is his username e-mail is left out');

select t.mail(t.report('mid.example'), 'S1');
select set_eq($$select kind, audience, sender, recipient from t.mails where context @> '{"domains": [{"name": "mid.example"}]}'$$, $$values
    ('warning', 'customer', 'S1', 'c1@customer.example'), ('acknowledgment', 'complainant', 'S1', 'person@people.example')$$, 'nobody above the desk that took the complaint is mailed');

select is_empty($$select 1 from desk.complaint where resource = t.resource('other.example')$$, 'a domain outside the tree');
select t.mail(t.report('other.example'));
select is_empty($$select 1 from desk.complaint where resource = t.resource('other.example')$$, '... is not ours for this desk');

-- Several domains of one recipient in one run.
select t.domain('one.example', 'C2'), t.domain('two.example', 'C2');
select t.lines('one.example,a@people.example two.example,b@people.example');
select is((select count(*) from t.mails where kind = 'warning' and recipient = 'c2@customer.example'), 1::bigint, 'one mail for one recipient and run');
select is((select context->>'count' from t.mails where kind = 'warning' and recipient = 'c2@customer.example'), '2', '... that lists both domains');
select is((select count(*) from desk.outbox_item i join desk.outbox o on o.id = i.outbox where o.kind = 'warning' and o.recipient = 'c2@customer.example'), 2::bigint,
    '... and knows both cases');
-- Five resellers between, each with or without its own sending: the written table.
insert into desk.party (ref, kind, parent, name, username_email, abuse_email, sending)
values ('S4', 'reseller', t.party('S3'), 'Fourth Sub', 'login@sub4.example', 'abuse@sub4.example', 'own');
insert into desk.party (ref, kind, parent, name, username_email, abuse_email, sending)
values ('S5', 'reseller', t.party('S4'), 'Fifth Sub', 'login@sub5.example', 'abuse@sub5.example', 'on-behalf');
insert into desk.party (ref, kind, parent, name, username_email) values ('C5', 'customer', t.party('S5'), 'Customer Five', 'c5@customer.example');
select t.domain('five.example', 'C5', 'registration', 'active', 'owner@five.example', 'c5@customer.example', 'pay@five.example', 'pay@five.example');
create function t.matrix(p_kind text, p_domain text) returns table (audience text, sender text, from_address text, recipient text) language sql as $$
    select audience, sender, from_address, recipient from t.mails where kind = p_kind and context @> jsonb_build_object('domains', jsonb_build_array(jsonb_build_object('name', p_domain))) $$;
create table t.five (audience text, sender text, from_address text, recipient text);
insert into t.five values
    ('reseller', 'R', 'abuse@registrar.example', 'abuse@sub1.example'),
    ('reseller', 'S1', 'abuse@sub1.example', 'abuse@sub2.example'),
    ('reseller', 'S2', 'abuse@registrar.example', 'login@sub3.example'),
    ('reseller', 'S3', 'abuse@registrar.example', 'abuse@sub4.example'),
    ('reseller', 'S4', 'abuse@sub4.example', 'abuse@sub5.example'),
    ('customer', 'S5', 'abuse@registrar.example', 'c5@customer.example'),
    ('contact', 'R', 'abuse@registrar.example', 'owner@five.example'),
    ('contact', 'R', 'abuse@registrar.example', 'pay@five.example');
select t.mail(t.report('five.example', 'deep@people.example'));
select set_eq($$select * from t.matrix('warning', 'five.example')$$, 'select * from t.five', 'five resellers between: warning');
select substring(detail from '[0-9]+') as five from desk_api.domain_suspend(array['five.example'], 'R') \gset
select count(*) from desk_api.action_confirm(array[:five]);
select set_eq($$select * from t.matrix('suspension', 'five.example')$$, 'select * from t.five', '... suspension: the same table');
select t.lines('five.example,again@people.example', 'S4');
select is_empty($$select 1 from t.matrix('warning', 'five.example') m where m.sender = 'S4' and m.audience = 'contact'$$, '... and an already suspended domain gets no warning from another desk either');
select t.domain('six.example', 'C5', 'registration', 'active', 'owner@six.example');
select t.lines('six.example,again@people.example', 'S4');
select set_eq($$select * from t.matrix('warning', 'six.example')$$, $$values
    ('reseller', 'S4', 'abuse@sub4.example', 'abuse@sub5.example'),
    ('customer', 'S5', 'abuse@sub4.example', 'c5@customer.example'),
    ('contact', 'S4', 'abuse@sub4.example', 'owner@six.example')$$, 'taken by a desk in the middle: nobody above it, and it sends for those below');
select set_eq($$select sender, recipient from t.mails where kind = 'acknowledgment' and recipient = 'again@people.example'$$, $$values ('S4', 'again@people.example')$$,
    '... and the answer comes from it');
select * from finish();
rollback;
