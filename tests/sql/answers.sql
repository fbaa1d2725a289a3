-- Whom we acknowledge, rule by rule, and the reason kept on the message.
begin;
\ir lib/fixture.psql
select plan(50);
select t.domain('spam.example', 'C1'), t.domain('other.example', 'CX'), t.domain('unset.example', 'CX', 'registration web-redirection:unset');

create function t.try(p_wanted text, p_why text, p_from text default 'p' || nextval('desk.run') || '@people.example', p_kind text default 'human', p_auth text default 'pass',
    p_mail jsonb default '{}', p_domain text default 'spam.example', p_more jsonb default '{}', p_category text default 'spam',
    p_evidence text default 'url', p_provenance text default 'original') returns text language sql as $$
    select is(t.ack(t.mail(t.report(p_domain, p_from, p_kind, p_category, p_evidence, p_provenance, p_auth => p_auth, p_mail => p_mail, p_more => p_more))), p_wanted, p_why) $$;

select t.try('acknowledged', 'a person who forwards a spam');
select t.try('feedback-loop', 'ARF is never answered', p_kind => 'arf');
select t.try('feedback-loop', 'nor JMRP', p_kind => 'jmrp');
select t.try('spamcop', 'nor SpamCop', p_kind => 'spamcop');
select t.try('automatic', 'Auto-Submitted: auto-generated', p_mail => '{"auto_submitted": "auto-generated"}');
select t.try('automatic', '... auto-replied, with parameters', p_mail => '{"auto_submitted": "auto-replied; owner=x"}');
select t.try('automatic', '... any unknown word', p_mail => '{"auto_submitted": "whatever"}');
select t.try('acknowledged', '... no means no', p_mail => '{"auto_submitted": "no"}');
select t.try('null-sender', 'the null sender', p_mail => '{"return_path": ""}');
select t.try('null-sender', '... as the parser notes it', p_mail => '{"automatic": ["null-sender"]}');
select t.try('no-return-path', 'no Return-Path: do not guess', p_mail => '{"return_path": null}');
select t.try('list', 'a list', p_mail => '{"automatic": ["list"]}');
select t.try('precedence', 'Precedence: bulk', p_mail => '{"automatic": ["precedence"]}');
select t.try('automatic', 'X-Auto-Response-Suppress', p_mail => '{"automatic": ["oof-suppress"]}');
select t.try('automatic', 'Feedback-ID', p_mail => '{"automatic": ["feedback-id"]}');
select t.try('loop', 'our own loop', p_mail => '{"automatic": ["loop"]}');
select t.try('unauthenticated', 'an unauthenticated address', p_auth => 'fail');
select t.try('unauthenticated', '... none at all', p_auth => 'none');
select t.try('unauthenticated', '... authenticated for another domain than who is to be answered', p_more => '{"reporter": {"address": "victim@elsewhere.example"}}');
select t.try('machine-address', 'noreply', p_from => 'noreply@people.example');
select t.try('machine-address', 'another abuse desk', p_from => 'abuse@people.example');
select t.try('machine-address', 'mailer-daemon', p_from => 'mailer-daemon@people.example');
select t.try('address', 'an address nobody should put into an envelope', p_from => 'x@localhost');
select t.try('own-address', 'a desk of ours', p_from => 'login@sub2.example');
select t.try('nothing-reported', 'spam to abuse@: nothing of ours, no evidence', p_domain => 'nowhere.example', p_evidence => 'typed', p_provenance => 'typed');
select t.try('acknowledged', 'nothing of ours, but evidence: told so', p_domain => 'nowhere.example', p_from => 'told@people.example');
select is((select context->>'nothing_ours' from desk.outbox where recipient = 'told@people.example'), 'true', '... by the words of the template');
select t.try('restricted', 'child-safety goes to a person', p_category => 'child-safety');
select t.try('restricted', 'so does who claims to be an authority', p_category => 'authority');
select t.try('not-a-submitter', 'lines of a stranger', p_kind => 'batch', p_more => '{"incidents": [], "lines": [{"line": 1, "domain": "spam.example", "complainant": "x@people.example", "error": null}]}');
select is_empty($$select 1 from desk.outbox where recipient = 'x@people.example'$$, '... and nobody whom a stranger names is answered');
select is((select why_not from desk.complaint where complainant = 'x@people.example'), 'not-a-submitter', '... nor counted');

insert into desk.reporter (address, ack_rule) values ('@machine.example', 'always'), ('quiet@people.example', 'never');
select t.try('acknowledged', 'a machine reporter that is owed a confirmation', p_from => 'report@machine.example', p_mail => '{"auto_submitted": "auto-generated", "automatic": ["precedence"]}');
select t.try('acknowledged', '... each time', p_from => 'report@machine.example', p_mail => '{"auto_submitted": "auto-generated"}');
select t.try('automatic', '... but never an automatic reply', p_from => 'report@machine.example', p_mail => '{"auto_submitted": "auto-replied"}');
select t.try('reporter-rule', 'never means never', p_from => 'quiet@people.example');
select t.try('acknowledged', 'our name in a forged From is explained', p_from => 'forged@people.example', p_domain => 'other.example', p_evidence => 'from');
select is((select context->>'relation_none' from desk.outbox where recipient = 'forged@people.example'), 'true', '... as relation none');
select is_empty($$select 1 from desk.complaint where resource = t.resource('other.example')$$, '... no complaint');
select t.try('acknowledged', 'a redirection without a target', p_from => 'unset@people.example', p_domain => 'unset.example');
select is((select context->>'relation_web_redirection_unset' from desk.outbox where recipient = 'unset@people.example'), 'true', '... is explained');
select set_eq($$select kind from t.mails where recipient = 'cx@customer.example'$$, $$values ('inform')$$, '... and its owner is told, not warned');

-- caps
select desk_api.policy_set('R', 'ack_address_day', '2');
insert into desk.reporter (address, ack_rule) values ('often@people.example', 'always');
select t.try('acknowledged', 'one', p_from => 'often@people.example');
select t.try('acknowledged', 'two', p_from => 'often@people.example');
select t.try('cap-address', 'the cap of an address', p_from => 'often@people.example');
update desk.outbox set state = 'refused' where recipient = 'often@people.example' and id = (select min(id) from desk.outbox where recipient = 'often@people.example');
select t.try('acknowledged', '... is consumed by what was sent, not by what was tried', p_from => 'often@people.example');

-- somebody calls our acknowledgment spam
select t.mail(t.report(null, 'fbl@provider.example', 'own', p_more => '{"disposition": "not-complaint"}',
    p_mail => jsonb_build_object('tokens', jsonb_build_array((select message_id from desk.outbox where recipient = 'told@people.example')))));
select t.try('complained-about-us', 'nothing is ever sent there again', p_from => 'told@people.example', p_domain => 'other.example');

-- two desks
select t.mail(t.report('spam.example', 'both@people.example'), 'R') as m1 \gset
select t.mail(t.report('spam.example', 'both@people.example'), 'S1') as m2 \gset
select is(t.ack(:m1) || t.ack(:m2), 'acknowledgedacknowledged', 'two desks taking the same complaint both answer');
select is((select count(*) || ' ' || sum(reports) from desk.complaint where complainant = 'both@people.example'), '1 2', '... and it is one complaint');
select is((select count(*) from t.mails where kind = 'warning' and sender = 'S1' and context @> '{"domains": [{"name": "spam.example"}]}'), 1::bigint, '... and one warning');
select * from finish();
rollback;
