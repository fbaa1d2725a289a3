-- Evidence that is passed on names nobody who complained.
begin;
\ir lib/fixture.psql
create table t.link (given text, shown text, why text);
insert into t.link values
    ('https://www.spam.example/login.php', 'https://www.spam.example/login.php', 'nothing to hide'),
    ('http://spam.example/', 'http://spam.example/', 'nothing but a host'),
    ('https://spam.example/login?user=reader@people.example', 'https://spam.example/login', 'parameters'),
    ('https://spam.example/login#reader', 'https://spam.example/login', 'a fragment'),
    ('https://spam.example/login;jsessionid=7A', 'https://spam.example/login', 'a session'),
    ('https://spam.example/u/reader@people.example/out', 'https://spam.example/u/.../out', 'an address in the path'),
    ('https://spam.example/u/reader%40people.example', 'https://spam.example/u/...', '... encoded'),
    ('https://spam.example/u/Reader/out', 'https://spam.example/u/.../out', 'the name alone'),
    ('https://spam.example/u/cmVhZGVyQHBlb3BsZS5leGFtcGxl', 'https://spam.example/u/...', 'the address in base64'),
    ('https://spam.example/c/9f86d081884c7d65/img.png', 'https://spam.example/c/.../img.png', 'a mark in hexadecimal'),
    ('https://spam.example/c/AbC3dEf6hIj9kLmN', 'https://spam.example/c/...', '... in base64'),
    ('https://spam.example/c/4915112345678', 'https://spam.example/c/...', 'a number as long as a telephone''s'),
    ('https://spam.example/2026/03/01/spring-offers-from-everywhere.html', 'https://spam.example/2026/03/01/spring-offers-from-everywhere.html', 'a date and words are no mark'),
    ('https://spam.example/wp-content/plugins/contact-form-7/a.php', 'https://spam.example/wp-content/plugins/contact-form-7/a.php', 'where the customer has to look'),
    ('https://9f86d081884c7d65.click.spam.example/x', 'https://...spam.example/x', 'a mark in the host'),
    ('https://reader:secret@spam.example/x', 'https://.../x', 'a login');
select plan(count(*)::int + 7) from t.link;
select is(desk.redact_link(given, 'spam.example', 'reader@people.example'), shown, why) from t.link;
select is(desk.redact_link('https://9f86d081884c7d65.example/x', '9f86d081884c7d65.example', null), 'https://9f86d081884c7d65.example/x', 'the name complained about is shown whatever it looks like');

-- all the way: nothing of a reporter in what customers and providers get
update desk.party set left_at = now() where ref = 'T';
select desk_api.policy_set('R', 'xarf_copy', 'true');
select t.domain('spam.example', 'CX');
create function t.witnessed(p_person text) returns bigint language sql as $$
    select t.mail(t.report('spam.example', p_person, p_category => 'phishing', p_mail => '{"subject": "from Wanda Witness", "text": "I am Wanda Witness, +49 151 1234567"}',
        p_incident => jsonb_build_object('urls', jsonb_build_array('https://spam.example/login?m=' || p_person, 'https://spam.example/u/' || split_part(p_person, '@', 1),
                'https://spam.example/o/9f86d081884c7d659a2f', 'https://spam.example/' || replace(p_person, '@', '%40')),
            'original', jsonb_build_object('message_id', 'x9f86d081@mx.people.example', 'to', jsonb_build_array(p_person), 'subject', 'Dear Wanda'))))
$$;
select t.witnessed('wanda.witness@people.example');
select "case" as c from desk.complaint order by id desc limit 1 \gset
select result from desk_api.case_refer(:c, 'abuse@host.example', null, 'anna', '2026-03-01 11:00+00') \gset
create view t.passed as select kind, audience, context::text as words from desk.outbox where audience in ('customer', 'reseller', 'contact', 'provider');
select ok((select count(*) >= 2 from t.passed), 'the customer is warned, a provider is told');
select is((select count(*) from t.passed where words ~* 'wanda|witness|people[.]example|9f86d081|1234567'), 0::bigint, '... and neither learns who complained');
select ok((select words ~ 'spam[.]example/login' from t.passed where kind = 'referral'), '... but what there is to see');
select ok((select words ~ '"xarf_version"' from t.passed where kind = 'warning' and audience = 'customer'), '... the customer for his machines, too');

-- several domains in one mail: each with the word for what it is about
select is(desk.context_item('phishing', 'web-redirection', array['web-redirection:unset']),
    '{"item_category_phishing": true, "item_relation_web_redirection": true, "item_relation_web_redirection_unset": true}', 'an entry has the switches that are on');
select is_empty($$select k from unnest(array['spam', 'phishing', 'whois', 'child-safety', null]) c, unnest(array['registrar', 'mail-redirection', 'sending', null]) r,
    jsonb_object_keys(desk.context_item(c, r, '{}')) k where not desk.context_base() ? k$$, '... and every mail knows them all');
select * from finish();
rollback;
