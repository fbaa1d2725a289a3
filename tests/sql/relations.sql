-- Whose is it, and how are we concerned: attribution and the relation table of DESIGN section 5.
begin;
\ir lib/fixture.psql
select plan(67);
update desk.party set left_at = now() where ref = 'T';

-- rows: name, services, category, evidence, provenance -> relation, strength
create table t.row (name text, services text, category text, evidence text, provenance text, relation text, strength int, why text);
insert into t.row values
    ('r1.example', 'registration', 'spam', 'url', 'original', 'registrar', 3, 'a link to a domain registered through us'),
    ('r2.example', 'registration', 'spam', 'from', 'original', 'none', 6, 'our name only in a forged From'),
    ('r3.example', 'registration', 'spam', 'message-id', 'original', 'none', 6, '... or Message-ID'),
    ('r4.example', 'registration', 'spam', 'typed', 'typed', 'registrar', 5, 'typed by a person'),
    ('r5.example', 'registration', 'phishing', 'reported-uri', 'reported', 'registrar', 2, 'a field of an authenticated machine'),
    ('r6.example', 'registration hosting', 'spam', 'url', 'original', 'hosting', 3, 'a link to what we host'),
    ('r7.example', 'registration web-redirection', 'spam', 'url', 'original', 'web-redirection', 3, 'a link to our redirection'),
    ('r8.example', 'registration mail-redirection', 'spam', 'reply-to', 'original', 'mail-redirection', 3, 'a redirected address is the drop box'),
    ('r9.example', 'registration mail-redirection', 'spam', 'url', 'original', 'registrar', 3, '... but a link has nothing to do with mail'),
    ('r10.example', 'dns', 'spam', 'url', 'original', 'dns', 3, 'our nameservers serve it'),
    ('r11.example', 'sending', 'spam', 'dkim', 'original', 'sending', 4, 'a sending domain of a bulk mailer'),
    ('r12.example', 'registration mail-hosting', 'spam', 'dkim', 'original', 'hosting', 4, 'signed by our mail hosting'),
    ('r13.example', 'registration', 'whois', 'typed', 'typed', 'whois', 5, 'registrant data'),
    ('r14.example', 'smtp', 'spam', 'auth-user', 'original', 'hosting', 4, 'an authenticated user of our SMTP');
select t.domain(name, 'C1', services) from t.row;
select t.mail(t.report(name, 'p@' || name || '.people.example', p_category => category, p_evidence => evidence, p_provenance => provenance)) from t.row;
select is(i.relation || ' ' || i.strength, r.relation || ' ' || r.strength, r.why)
    from t.row r join desk.resource d on d.name = r.name left join desk.incident i on i.resource = d.id order by length(r.name), r.name;

-- longest match
select t.domain('host.example', 'C1'), t.domain('user.host.example', 'C2'), t.domain('deep.user.host.example', 'C3');
create function t.culprit(p_host text, p_more jsonb default '{}', p_domain text default 'host.example', p_from text default 'x@people.example', p_kind text default 'url', p_auth text default 'pass') returns text language plpgsql as $$
declare
    m bigint := t.mail(t.report(p_domain, p_from, p_evidence => p_kind, p_host => p_host, p_incident => p_more, p_auth => p_auth));
begin
    return coalesce((select r.name || ' ' || i.relation from desk.incident i join desk.resource r on r.id = i.resource where i.message = m), 'nothing');
end $$;
select is(t.culprit('host.example'), 'host.example registrar', 'the registrable domain');
select is(t.culprit('www.host.example'), 'host.example registrar', '... whatever stands before it');
select is(t.culprit('www.user.host.example'), 'user.host.example registrar', 'a longer name of ours is the resource');
select is(t.culprit('a.deep.user.host.example'), 'deep.user.host.example registrar', 'the longest');
select is(t.culprit('xhost.example', p_domain => 'xhost.example'), 'nothing', 'not by the end of a label');

-- networks
insert into desk.resource (kind, name, party, services, network) values
    ('network', '192.0.2.0/24', t.party('S1'), '{hosting}', '192.0.2.0/24'), ('network', '192.0.2.128/25', t.party('C1'), '{hosting}', '192.0.2.128/25'),
    ('network', '192.0.2.200/32', t.party('C2'), '{sending}', '192.0.2.200/32'), ('network', '2001:db8:1::/48', t.party('CX'), '{smtp}', '2001:db8:1::/48');
create function t.by_ip(p_ip text, p_provenance text default 'original') returns text language sql as $$
    select t.culprit('nowhere.example', jsonb_build_object('source_ip', jsonb_build_object('value', p_ip, 'port', null, 'provenance', p_provenance)), 'nowhere.example') $$;
select is(t.by_ip('192.0.2.1'), '192.0.2.0/24 hosting', 'a network');
select is(t.by_ip('192.0.2.129'), '192.0.2.128/25 hosting', 'the narrower one');
select is(t.by_ip('192.0.2.200'), '192.0.2.200/32 sending', 'the narrowest, a dedicated address');
select is(t.by_ip('2001:db8:1::25'), '2001:db8:1::/48 hosting', 'IPv6');
select is(t.by_ip('198.51.100.1'), 'nothing', 'not ours');
select is(t.by_ip('999.1.2.3'), 'nothing', 'what is no address harms nobody');
select is((select c.resource is null and c.party = t.party('C2') from desk."case" c where relation = 'sending' and party = t.party('C2')), true, 'a bulk mailer has one case, whatever the address');

-- suppression: at once for a bulk mailer's complainants, never on an unauthenticated word
select t.by_ip('192.0.2.200');
select is((select count(*) from desk.suppression where party = t.party('C2')), 1::bigint, 'who complains about a bulk mailer is on its suppression list, once');
select t.culprit('nowhere.example', '{"source_ip": {"value": "192.0.2.200", "provenance": "original"}}', 'nowhere.example', 'forged@people.example', p_auth => 'fail');
select is((select count(*) from desk.suppression where address = 'forged@people.example'), 0::bigint, 'a forged report unsubscribes nobody');
insert into desk.reporter (address, trust) values ('friend@people.example', 'trusted');
select t.culprit('host.example', p_from => 'friend@people.example', p_kind => 'typed');
select is((select note from desk."case" where resource = t.resource('host.example')), null, 'a trusted reporter''s typed word is enough to warn');

-- identifiers
insert into desk.resource (kind, name, party, identifier) values ('identifier', 'signer.example', t.party('CX'), 'dkim');
select is(t.culprit('signer.example', p_domain => 'signer.example', p_kind => 'dkim'), 'signer.example sending', 'a signing domain of a customer');

-- hosts of ours in Received
insert into desk.resource (kind, name, party, role) values ('host', 'redir1.registrar.example', t.party('R'), 'mail-redirection');
create function t.through(p_from text, p_source text, variadic p_received text[]) returns text language sql as $$
    select t.culprit('redir1.registrar.example', p_from => p_from, p_domain => 'registrar.example', p_kind => 'received',
        p_more => jsonb_build_object('source_ip', jsonb_build_object('value', p_source, 'port', null, 'provenance', 'original'),
            'original', jsonb_build_object('to', jsonb_build_array('me@own.example')),
            'domains', '["spam.example"]'::jsonb, 'evidence', (select jsonb_agg(jsonb_build_object('kind', case when v ~ '^own' then 'typed' else 'received' end,
                'value', v, 'host', v, 'domain', case when v ~ '[a-z]' then regexp_replace(v, '^redir1[.]', '') end,
                'provenance', case when v ~ '^own' then 'typed' else 'original' end) order by n) from unnest(p_received) with ordinality u(v, n)))) $$;
select t.domain('own.example', 'C1', 'registration mail-redirection');
select is(t.through('x@people.example', '203.0.113.1', '203.0.113.1', 'redir1.registrar.example', '198.51.100.66'), 'redir1.registrar.example transit',
    'our redirection host passed on what it had from somebody else: transit');
select is(t.through('y@people.example', '203.0.113.1', '203.0.113.1', 'redir1.registrar.example', '198.51.100.66', 'own.example'), 'redir1.registrar.example transit',
    '... the redirected address is the complainant''s own and no culprit');
select is((select ack_reason || ' ' || (o.context->>'relation_transit') from desk.message m join desk.outbox o on o.message = m.id where m.from_address = 'y@people.example'),
    'acknowledged true', '... and the answer explains it');
select is_empty($$select 1 from t.mails where audience <> 'complainant' and context @> '{"domains": [{"name": "own.example"}]}'$$, '... and nobody is warned');
insert into desk.resource (kind, name, party, services, network) values ('network', '203.0.113.0/28', t.party('R'), '{mail-redirection}', '203.0.113.0/28');
select is(t.through('z@people.example', '203.0.113.1', '203.0.113.1', 'redir1.registrar.example', '198.51.100.66'), 'redir1.registrar.example transit',
    '... known by its address too');
select is(t.through('v@people.example', '203.0.113.1', '203.0.113.1', 'redir1.registrar.example'), '203.0.113.0/28 mail-redirection',
    'our redirection is where it came from: mail-redirection');
select is_empty($$select 1 from desk.complaint c join desk.resource r on r.id = c.resource where r.role is not null$$, '... no complaint against a host, nobody is a culprit');
select t.domain('drop.example', 'C1', 'registration mail-redirection hosting web-redirection');
create function t.typed(p_value text) returns text language sql as $$
    select t.culprit('drop.example', p_from => md5(p_value) || '@people.example', p_domain => 'drop.example', p_kind => 'typed',
        p_more => jsonb_build_object('evidence', jsonb_build_array(jsonb_build_object('kind', 'typed', 'value', p_value, 'host', 'drop.example', 'domain', 'drop.example', 'provenance', 'typed')))) $$;
select is(t.typed('answer-here@drop.example'), 'drop.example mail-redirection', 'a typed address at a redirected domain is a drop box');
select is(t.typed('drop.example'), 'drop.example hosting', '... the bare name is not');
select is(t.typed('https://user@drop.example/'), 'drop.example hosting', '... nor a link with an @');

-- the strongest evidence wins; ties make one complaint each
select t.domain('tie' || n || '.example', 'C1') from generate_series(1, 7) n;
select t.mail(t.report('tie1.example', 'tie@people.example', p_incident => jsonb_build_object('domains', (select jsonb_agg('tie' || n || '.example') from generate_series(1, 7) n),
    'evidence', (select jsonb_agg(jsonb_build_object('kind', 'url', 'value', 'http://tie' || n || '.example/', 'host', 'tie' || n || '.example', 'domain', 'tie' || n || '.example', 'provenance', 'original')) from generate_series(1, 7) n))));
select is((select count(*) from desk.complaint where complainant = 'tie@people.example'), 5::bigint, 'seven links of ours with equal evidence: five complaints');

-- never the complainant's own name
select t.domain('people.example', 'CX');
select is(t.culprit('people.example', p_domain => 'people.example', p_kind => 'typed'), 'nothing', 'the complainant''s own domain is no culprit');
select is(t.culprit('people.example', p_domain => 'people.example', p_kind => 'reported-domain'), 'nothing', '... nor as Reported-Domain');

-- a registration that ended, and a new one of the same name
update desk.resource set ended_at = '2026-03-02' where name = 'r1.example';
select t.domain('r1.example', 'CX');
select t.mail(t.report('r1.example', 'p@r1.example.people.example'), 'R', '2026-03-03 10:00+00') as again \gset
select is((select count(*) from desk.complaint c join desk.resource r on r.id = c.resource where r.name = 'r1.example'), 2::bigint, 're-registered by someone else: the same complainant may complain again');
select is((select complaints from desk.resource where name = 'r1.example' and ended_at is null), 1, '... and the new owner begins at nothing');
select is(t.ack(:again), 'acknowledged', '... and is answered');

-- redirection volume
insert into desk.redirection_volume values (t.resource('r8.example'), '2026-03-03', 300);
select desk.watch_redirections('2026-03-04 10:00+00');
select is(t.proposed('r8.example', 'stop-redirection'), 0::bigint, '300 mails a day: nothing');
update desk.redirection_volume set mails = 301;
select desk.watch_redirections('2026-03-04 10:00+00');
select is(t.proposed('r8.example', 'stop-redirection'), 1::bigint, '301: stopping the redirection is proposed without a further complaint');
-- ... whatever the case is about, the mails' redirection is stopped and nothing else, and the notice says what to do
select t.domain('both.example', 'C1', 'registration web-redirection mail-redirection hosting');
insert into desk.redirection_volume values (t.resource('both.example'), '2026-02-28', 500), (t.resource('both.example'), '2026-02-20', 900);
select desk_api.policy_set(null, 'enforce', 'hook');
select t.culprit('both.example', p_domain => 'both.example', p_from => 'both@people.example');
select is((select relation from desk."case" where resource = t.resource('both.example')), 'hosting', 'a case about hosting');
select is((select (figures->>'mails') from desk.action where resource = t.resource('both.example') and kind = 'stop-redirection'), '500', '... that comes after the figures is looked at too');
select desk_api.action_approve(array[(select id from desk.action where resource = t.resource('both.example') and kind = 'stop-redirection')], null, 'anna', '2026-03-05 11:00+00');
select is((select payload #>> '{data,service}' from desk.hook), 'mail-redirection', 'the provisioning system is told which service');
select desk_api.hook_result((select idempotency_key from desk.hook), true, 'stopped', '2026-03-05 12:00+00');
select is((select services from desk.resource where name = 'both.example'), '{registration,web-redirection,hosting}', 'the mails'' redirection is gone, the other stays');
select is((select (context->>'relation_mail_redirection') || (context #>> '{domains,0,new_nameservers}') from t.mails where kind = 'stop-redirection' and audience = 'customer'),
    'truetrue', 'the notice names it, and says to provide other nameservers');
select desk_api.policy_set(null, 'enforce', 'person');

-- what follows from each relation
select t.domain('unset.example', 'CX', 'registration web-redirection:unset'), t.domain('target.example', 'CX', 'registration web-redirection'), t.domain('forged.example', 'CX');
select t.mail(t.report('unset.example', 'unset@people.example')), t.mail(t.report('target.example', 'target@people.example')),
    t.mail(t.report('forged.example', 'forged2@people.example', p_evidence => 'from'));
create function t.told(p_domain text) returns table (kind text, audience text, what text) language sql as $$
    select kind, audience, (select string_agg(k, ' ' order by k) from jsonb_each_text(context) e(k, v) where k ~ '^relation_' and v = 'true')
    from t.mails where context @> jsonb_build_object('domains', jsonb_build_array(jsonb_build_object('name', p_domain))) $$;
select set_eq($$select * from t.told('unset.example')$$, $$values
    ('unset-redirection-explained', 'complainant', 'relation_web_redirection relation_web_redirection_unset'),
    ('inform', 'reseller', 'relation_web_redirection relation_web_redirection_unset'),
    ('inform', 'customer', 'relation_web_redirection relation_web_redirection_unset')$$, 'a redirection without target: explained, and the owner told');
select set_eq($$select * from t.told('target.example')$$, $$values
    ('acknowledgment', 'complainant', 'relation_web_redirection'), ('warning', 'reseller', 'relation_web_redirection'), ('warning', 'customer', 'relation_web_redirection')$$,
    '... with one: warned');
select set_eq($$select * from t.told('forged.example')$$, $$values ('not-involved', 'complainant', 'relation_none')$$, 'a forged From: explained, nobody warned');
select is_empty($$select 1 from desk."case" where resource = t.resource('forged.example')$$, '... and no case');
-- each remedy carries its ground into the mail, whoever asked for it
update desk.ladder set ground = 'article 9 of the hosting terms' where relation = 'hosting' and action = 'suspend';
update desk.ladder set ground = 'article 7.2 of the redirection terms' where relation = 'mail-redirection' and action = 'stop-redirection';
update desk.ladder set ground = 'article 3 of the registration terms' where relation = 'registrar' and action = 'warn';
update desk.ladder set ground = 'section 6 of the registration terms' where relation = 'whois' and action = 'suspend';
select desk_api.policy_set(null, 'ground', 'our general terms');
select t.domain('ground-' || s || '.example', 'CX', v) from (values ('hosting', 'registration hosting'), ('redirection', 'registration mail-redirection'), ('registrar', 'registration'),
    ('crowd', 'registration hosting'), ('whois', 'registration'), ('dns', 'dns'), ('warned', 'registration')) w(s, v);
create function t.ground(p_kind text, p_domain text) returns text language sql as $$
    select string_agg(distinct context->>'ground', ' | ') from t.mails where kind = p_kind and context @> jsonb_build_object('domains', jsonb_build_array(jsonb_build_object('name', p_domain))) $$;
create function t.confirm(p_domain text) returns bigint language sql as $$
    select count(*) from desk_api.action_approve(array(select id from desk.action where resource = t.resource(p_domain) and state = 'proposed'));
    select count(*) from desk_api.action_confirm(array(select id from desk.action where resource = t.resource(p_domain) and state = 'approved')) $$;
select t.mail(t.report('ground-' || s || '.example', s || '@ground.example', p_evidence => case s when 'redirection' then 'reply-to' else 'url' end)) from unnest(array['hosting', 'redirection', 'registrar', 'dns']) s;
select is((select relation from desk."case" where resource = t.resource('ground-redirection.example')), 'mail-redirection', 'a drop box on our redirection');
select desk_api.domain_suspend(array['ground-hosting.example', 'ground-redirection.example', 'ground-registrar.example', 'ground-dns.example'], 'R', 'seen it');
select t.confirm('ground-' || s || '.example') from unnest(array['hosting', 'redirection', 'registrar', 'dns']) s;
select is(t.ground('suspension', 'ground-hosting.example'), 'article 9 of the hosting terms', 'suspended by staff: the ground of the step that suspends');
select is(t.ground('suspension', 'ground-redirection.example'), 'article 7.2 of the redirection terms', '... of the last step that has one');
select is(t.ground('suspension', 'ground-registrar.example'), 'article 3 of the registration terms', '... of the only one');
select is(t.ground('suspension', 'ground-dns.example'), 'our general terms', '... else that of the policy');
select t.crowd('ground-crowd.example', 6);
select t.confirm('ground-crowd.example');
select is(t.ground('suspension', 'ground-crowd.example'), 'article 9 of the hosting terms', 'proposed by the threshold: the same');
select t.mail(t.report('ground-whois.example', 'w@ground.example', p_category => 'whois', p_evidence => 'typed', p_provenance => 'typed',
    p_incident => '{"claim": {"field": "address", "why": "it does not exist"}}'));
select desk_api.whois_false(array[(select id from desk."case" where resource = t.resource('ground-whois.example'))]);
select t.confirm('ground-whois.example');
select is(t.ground('suspension', 'ground-whois.example'), 'section 6 of the registration terms', 'clearly false data: the ground of the whois ladder');
select desk_api.domain_warn(array['ground-warned.example'], 'R');
select is(t.ground('warning', 'ground-warned.example'), 'article 3 of the registration terms', 'warned by staff: the ground of the warning');
select is(t.ground('warning', 'ground-hosting.example'), 'our general terms', 'a warning whose step has none: that of the policy');
select is_empty('(select * from desk.attribute(t.stored()) except select * from desk.attribute_by(t.stored(), false)) union all (select * from desk.attribute_by(t.stored(), false) except select * from desk.attribute(t.stored()))',
    'the strong part of the evidence settles what all of it would');
select * from finish();
rollback;
