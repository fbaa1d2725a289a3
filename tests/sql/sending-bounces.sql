-- Delivery failures: classes as rows with the reason beside the odd one; whose mail it was, who blocks, who is suppressed.
begin;
\ir lib/fixture.psql
\ir lib/sending.psql
create table t.row (n int generated always as identity, status text, diagnostic text, action text, class text, list text, why text);
insert into t.row (status, diagnostic, action, class, list, why) values
    ('5.1.1', '550 5.1.1 no such user', 'failed', 'invalid-address', null, 'the ordinary case'),
    ('5.1.1', null, 'failed', 'invalid-address', null, 'only a code'),
    (null, '550 Requested action not taken: mailbox unavailable', null, 'invalid-address', null, 'only words'),
    ('5.0.0', '550 <x@isp.example>: Recipient address rejected: User unknown in virtual mailbox table', 'failed', 'invalid-address', null, 'the code says nothing'),
    ('5.7.1', '550 5.7.1 recipient unknown', 'failed', 'invalid-address', null, 'the code says policy, the words do not'),
    ('5.2.1', '550 5.2.1 The email account that you tried to reach is disabled.', 'failed', 'invalid-address', null, 'an account that is closed'),
    ('5.1.10', null, 'failed', 'invalid-address', null, 'Exchange: no such recipient'),
    ('5.4.4', 'Host or domain name not found. Name service error for name=nowhere.example', 'failed', 'invalid-address', null, 'no such domain'),
    (null, 'Sorry, no mailbox here by that name. (#5.1.1)', 'failed', 'invalid-address', null, 'qmail'),
    (null, 'User Owner (owner@shop.example) not listed in Domino Directory', null, 'invalid-address', null, 'Domino'),
    (null, 'Adresse inconnue: destinataire inconnu', null, 'invalid-address', null, 'French'),
    ('5.2.2', '552 5.2.2 mailbox full', 'failed', 'mailbox-full', null, ''),
    (null, 'Remote host said: 552 Mailbox full Giving up on 203.0.113.9.', 'failed', 'mailbox-full', null, ''),
    ('4.2.2', '452 4.2.2 The email account that you tried to reach is over quota', 'delayed', 'mailbox-full', null, 'not deferred: nothing will change soon'),
    ('5.1.1', '550 5.1.1 mailbox is full (quota exceeded)', 'failed', 'mailbox-full', null, 'the code is wrong: that address exists'),
    ('5.7.1', '550 5.7.1 Service unavailable, Client host [192.0.2.10] blocked using zen.spamhaus.org', 'failed', 'blocked-list', 'Spamhaus ZEN', ''),
    ('5.7.1', '554 5.7.1 Service unavailable; Client host [192.0.2.11] blocked using bl.spamcop.net; Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.11', 'failed', 'blocked-list', 'SpamCop', ''),
    ('5.7.1', '550 5.7.1 rejected: 192.0.2.10 listed at b.barracudacentral.org', 'failed', 'blocked-list', 'Barracuda', ''),
    (null, '554 your address is blocked using rbl.local.example, ask your provider', null, 'blocked-list', 'rbl.local.example', 'a list nobody has heard of'),
    ('5.7.606', '550 5.7.606 Access denied, banned sending IP [192.0.2.10]. To request removal use https://sender.office.com', 'failed', 'blocked-policy', 'Microsoft block list', ''),
    ('5.7.1', '550 5.7.1 Unfortunately, messages from [192.0.2.10] weren''t sent. part of their network is on our block list (S3150).', 'failed', 'blocked-list', 'Microsoft S3150', ''),
    ('4.7.0', '421 4.7.0 [TSS04] Messages from 192.0.2.12 temporarily deferred due to user complaints', 'delayed', 'blocked-policy', 'Yahoo TSS', 'deferred, and we know by whom and why'),
    ('4.7.28', '421-4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address. gsmtp', 'delayed', 'blocked-policy', 'Gmail rate', ''),
    ('5.7.26', '550-5.7.26 This message does not pass authentication checks (SPF and DKIM both do not pass).', 'failed', 'blocked-policy', 'SPF', ''),
    ('5.7.1', '550 5.7.1 Unauthenticated email from shop.example is not accepted due to domain''s DMARC policy.', 'failed', 'blocked-policy', 'DMARC', ''),
    ('5.7.25', '550 5.7.25 no reverse DNS for 192.0.2.10', 'failed', 'blocked-policy', 'no reverse DNS', ''),
    ('5.7.1', '550 5.7.1 Message contains a virus', 'failed', 'content', null, 'not policy: what was in it'),
    ('5.3.4', '552 5.3.4 message size exceeds fixed limit', 'failed', 'content', null, ''),
    ('5.6.0', null, 'failed', 'content', null, ''),
    ('4.4.1', 'connect to mx.isp.example[203.0.113.9]: Connection timed out', 'delayed', 'deferred', null, ''),
    ('4.3.2', '421 4.3.2 try later, please', 'delayed', 'deferred', null, 'still trying, no name for it'),
    ('5.4.7', 'delivery temporarily suspended: connection timed out', 'failed', 'deferred', null, 'given up, but the address may be good'),
    ('5.0.0', 'something is wrong', 'failed', 'other', null, ''),
    (null, null, 'failed', 'other', null, 'nothing is said'),
    ('5.1.8', '553 5.1.8 <b-1@bounce.shop3.example>: Sender address rejected: Domain not found', 'failed', 'blocked-policy', null, 'the sender''s address is wrong, not the recipient''s'),
    (null, '550 Sender verify failed: MAIL FROM unknown', null, 'blocked-policy', null, '... in words alone'),
    ('5.1.1', '550 5.1.1 message from 192.0.2.10 rejected: user unknown', 'failed', 'invalid-address', null, 'a word about the sender, a verdict on the recipient'),
    ('4.4.3', 'Host or domain name not found. Name service error for name=isp.example type=MX: Host not found, try again', 'failed', 'deferred', null, 'given up after days without a name server: nobody has said that there is no such address'),
    ('4.2.1', '450 4.2.1 The user you are trying to contact is receiving mail too quickly', 'failed', 'deferred', null, 'closed for now, not for good'),
    (null, '450 <x@isp.example>: Recipient address rejected: User unknown in local recipient table', 'failed', 'deferred', null, 'a reply that asks to come again'),
    ('5.4.1', '550 5.4.1 Recipient address rejected: Access denied. [x.prod.isp.example]', 'failed', 'invalid-address', null, 'Exchange Online: its words for no such recipient'),
    ('4.7.1', '451 4.7.1 Greylisting in action, please come back later', 'delayed', 'deferred', null, 'no verdict on anybody'),
    ('2.0.0', null, 'relayed', 'delivered', null, 'no failure at all');
select plan((select count(*)::int * 2 from t.row) + 16);
select is(desk.bounce_class(status, diagnostic, action), class, 'class: ' || coalesce(nullif(why, ''), diagnostic, status)) from t.row order by n;
select is(case when class in ('blocked-list', 'blocked-policy') then desk.bounce_list(diagnostic) end, list, 'list: ' || coalesce(nullif(why, ''), diagnostic, status)) from t.row order by n;

-- through the front door: a bounce of a customer's mail, with several recipients
create function t.bounce(p_deliveries jsonb, p_to text default 'abuse@registrar.example', p_now timestamptz default '2026-03-01 10:00+00') returns bigint language sql as $$
    select t.mail(t.report(null, 'mailer-daemon@isp.example', 'bounce', p_auth => 'none', p_mail => jsonb_build_object('to', jsonb_build_array(p_to), 'return_path', ''),
        p_more => jsonb_build_object('disposition', 'not-complaint', 'reason', 'bounce', 'deliveries', p_deliveries)), p_now => p_now) $$;
select t.bounce(jsonb_build_array(
    '{"recipient": "A@isp.example", "action": "failed", "status": "5.7.1", "diagnostic": "550 5.7.1 [192.0.2.12] blocked using zen.spamhaus.org", "reporting_mta": "mx.isp.example"}'::jsonb,
    '{"recipient": "b@isp.example", "action": "failed", "status": "5.1.1", "our_message_id": "77.x@bounce.shop3.example"}'::jsonb,
    '{"recipient": "c@isp.example", "action": "relayed", "status": "2.0.0"}'::jsonb,
    jsonb_build_object('recipient', 'd@isp.example', 'action', 'failed', 'status', '5.1.1', 'our_message_id', desk.sending_token_make(t.party('E4'), 'spring', 'd@isp.example') || '@esp.example')));
select results_eq($$select b.recipient, b.class, b.list collate "default", host(b.address), p.ref::text collate "default", b.provider::text collate "default" from desk.bounce b left join desk.party p on p.id = b.party where b.class <> 'delivered' order by b.no$$,
    $$values ('a@isp.example', 'blocked-list', 'Spamhaus ZEN', '192.0.2.12', 'E1', 'isp.example'), ('b@isp.example', 'invalid-address', null, null, 'E3', 'isp.example'), ('d@isp.example', 'invalid-address', null, null, 'E4', 'isp.example')$$,
    'each failure has class, list, sending address and customer: by the address named, the sending domain, the token');
select is((select campaign from desk.bounce where recipient = 'd@isp.example'), 'spring', 'the token tells the campaign');
select results_eq($$select p.ref collate "default", s.address, s.reason from desk.suppression s join desk.party p on p.id = s.party$$, $$values ('E4', 'd@isp.example', 'invalid-address')$$,
    'whom a verified token names is suppressed, by his address where its hash stands in it; who is named by a forgeable field is not');
select t.bounce(jsonb_build_array(jsonb_build_object('recipient', 'victim@isp.example', 'action', 'failed', 'status', '5.1.1')), 'bounces+' || desk.sending_token_make(t.party('E4'), 'spring', 'd@isp.example') || '@registrar.example');
select is((select count(*) from desk.suppression where address = 'victim@isp.example'), 0::bigint, 'one''s own token suppresses nobody else');
select t.bounce(jsonb_build_array(jsonb_build_object('recipient', 'n@isp.example', 'action', 'failed', 'status', '5.1.1')), 'bounces+' || desk.sending_token_make(t.party('E5'), 'spring', 'r77') || '@registrar.example');
select results_eq($$select s.recipient, s.address from desk.suppression s where s.party = t.party('E5')$$, $$values ('r77', null::text)$$, 'a VERP address tells the customer''s own id');
select is((select recipient_ref from desk.bounce where recipient = 'n@isp.example'), 'r77', '... on the failure too');
select t.bounce(jsonb_build_array(jsonb_build_object('recipient', 'f@isp.example', 'action', 'failed', 'status', '5.1.1')), 'bounces+ct-' || t.party('E5') || '-spring-r78-0123456789abcdef@registrar.example');
select is((select count(*) from desk.suppression where party = t.party('E5')), 1::bigint, 'a forged token says nothing');

-- views
select results_eq($$select blocked_by collate "default", host(address), customer collate "default", refusals, delisting from dashboard.blocks$$, $$values ('Spamhaus ZEN', '192.0.2.12', 'E1', 1::bigint, null::text)$$, 'who is blocked where');
select is((select result from desk_api.delisting_note('Spamhaus ZEN', '192.0.2.12/32', 'delisting', 'asked', 'ticket 7', p_now => '2026-03-02 00:00+00')), 'done', 'a delisting is asked for');
select is((select delisting from dashboard.blocks), 'asked 2026-03-02', '... and stands beside the block');
select desk_api.delisting_note('Spamhaus ZEN', '192.0.2.0/24', 'delisting', 'granted', p_now => '2026-03-03 00:00+00');
select is((select delisting from dashboard.blocks), 'granted 2026-03-03', '... until it is granted');
select throws_ok($$select desk_api.delisting_note('X', '192.0.2.1', 'delisting', 'hoped')$$, '22023', null, 'no other states');
insert into desk.sent_volume values (t.party('E4'), '192.0.2.18', 'isp.example', '2026-03-01', 20), (t.party('E5'), '192.0.2.20', 'isp.example', '2026-03-01', 1000);
select results_eq($$select customer collate "default", mails, invalid, percent, suspicious from dashboard.invalid_rates order by 1$$,
    $$values ('E1', null::bigint, 0::bigint, null::numeric, false), ('E3', null, 1, null, false), ('E4', 20, 2, 10.00, false), ('E5', 1000, 1, 0.10, false)$$, 'invalid addresses per hundred mails');
update desk.sent_volume set mails = 100 where party = t.party('E4');
insert into desk.bounce (message, no, recipient, class, party, at) select (select min(id) from desk.message), n + 100, 'x' || n || '@isp.example', 'invalid-address', t.party('E4'), '2026-03-01 12:00+00' from generate_series(1, 3) n;
select is((select suspicious from dashboard.invalid_rates where customer = 'E4'), true, '5 of 100: the sign of a bought list');

-- a bounce of a mail of our own stays what it was
select t.domain('notice.example', 'C1');
select t.lines('notice.example,a@people.example');
select t.bounce(jsonb_build_array(jsonb_build_object('recipient', 'c1@customer.example', 'action', 'failed', 'status', '5.1.1', 'our_message_id', (select message_id from desk.outbox where audience = 'customer' limit 1))));
select is((select b.outbox is not null and b.party is null and b.provider = 'customer.example' from desk.bounce b where recipient = 'c1@customer.example'), true, 'a notice of ours that comes back is known as such');
select is((select count(*) from desk.bounce), (select count(distinct (message, no)) from desk.bounce), 'once each');
select * from finish();
rollback;
