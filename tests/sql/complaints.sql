-- Complaints: once per (domain, complainant), what counts and why not, and the threshold.
begin;
\ir lib/fixture.psql
select plan(42);
select t.domain(d, 'C1') from unnest(array['spam.example', 'five.example', 'six.example', 'folded.example', 'unknown.example', 'notspam.example', 'down.example', 'again.example', 'two.example', 'weak.example']) d;

-- once per (domain, complainant)
select t.mail(t.report('spam.example')) as m1 \gset
select t.mail(t.report('spam.example')) as m2 \gset
select is((select count(*) from desk.complaint where resource = t.resource('spam.example')), 1::bigint, 'the same complainant again is the same complaint');
select is((select reports from desk.complaint where resource = t.resource('spam.example')), 2::bigint, '... with one more report');
select is(t.ack(:m1), 'acknowledged', 'the first is acknowledged');
select is(t.ack(:m2), 'repeat', 'the repeat is not');
select is((select count(*) from t.mails where kind = 'warning'), 2::bigint, 'one warning per case, not per complaint (reseller, customer)');
select t.mail(t.report('two.example')) as m3 \gset
select is(t.ack(:m3), 'acknowledged', 'the same complainant, other domain: a new complaint');
select is((select count(*) from desk.complaint c where complainant = 'person@people.example'), 2::bigint, '... of its own');
select is((select complaints from desk.resource where name = 'spam.example'), 1, 'figure of the domain');

-- copies by report_id
select t.mail(t.report('two.example', p_report_id => 'r1')), t.mail(t.report('two.example', p_report_id => 'r1'));
select is((select reports from desk.complaint where resource = t.resource('two.example')), 2::bigint, 'two copies of a report count once');
select is((select count(*) from desk.incident where duplicate), 1::bigint, '... and the second says so');

-- the threshold: 5, 6, 7
select t.crowd('five.example', 5);
select is(t.proposed('five.example'), 0::bigint, 'five complaints: nothing is proposed');
select t.crowd('six.example', 6);
select is(t.proposed('six.example'), 1::bigint, 'six: suspension is proposed');
select is((select count(*) from t.mails where kind = 'escalation' and audience = 'staff'), 1::bigint, '... and staff get an escalation mail');
select is((select recipient from t.mails where kind = 'escalation'), 'abuse@registrar.example', '... at the desk''s address');
select t.crowd('six.example', 1, p_from => 7);
select is(t.proposed('six.example'), 1::bigint, 'seven: still one');
select is((select count(*) from t.mails where kind = 'escalation'), 1::bigint, '... and one mail');
select is((select reason from desk.action where kind = 'suspend'), '6 counting complaints about six.example, more than 5', 'the reason is kept');

-- forty from one person, forty unauthenticated
select t.mail(t.report('folded.example', case when n % 2 = 0 then 'j.o.e+' || n || '@gmail.com' else 'j' || repeat('.', 1) || 'oe+' || n || '@googlemail.com' end)) from generate_series(1, 40) n;
select is((select complaints from desk.resource where name = 'folded.example'), 40, 'forty addresses of one person are forty complaints');
select is((select counting from desk.resource where name = 'folded.example'), 1, '... of which one counts');
select is(t.proposed('folded.example'), 0::bigint, '... and nothing is proposed');
select is((select count(*) from desk.complaint where resource = t.resource('folded.example') and why_not = 'same-person'), 39::bigint, '... with the reason');
select t.mail(t.report('unknown.example', 'person' || n || '@people.example', p_auth => 'fail')) from generate_series(1, 40) n;
select is((select counting from desk.resource where name = 'unknown.example'), 0, 'unauthenticated complaints do not count');
select is(t.proposed('unknown.example'), 0::bigint, '... propose nothing');
select is((select count(*) from desk.complaint where resource = t.resource('unknown.example') and why_not = 'unauthenticated'), 40::bigint, '... with the reason');
select is_empty($$select 1 from t.mails where context @> '{"domains": [{"name": "unknown.example"}]}'$$, '... warn nobody and answer nobody');
select is((select note from desk."case" where resource = t.resource('unknown.example')), 'unauthenticated', '... the case says why');

-- not-spam
select t.mail(t.report('notspam.example', p_category => 'not-spam'));
select is((select why_not from desk.complaint where resource = t.resource('notspam.example')), 'not-spam', 'not-spam does not count');
select is((select complaints from desk.resource where name = 'notspam.example'), 0, '... is no complaint in the figures');
select is_empty($$select 1 from desk."case" where resource = t.resource('notspam.example')$$, '... and opens no case');

-- a trust rule
insert into desk.reporter (address, trust) values ('@liar.example', 'distrusted');
select t.mail(t.report('spam.example', 'a@liar.example'));
select is((select why_not from desk.complaint where complainant = 'a@liar.example'), 'untrusted-reporter', 'a distrusted reporter does not count');
-- ... whoever sends for him, or for whom he says he sends; trust is the sender's alone
insert into desk.reporter (address, trust) values ('friend@trusted.example', 'trusted'), ('boss@house.example', 'trusted');
create function t.said_by(p_from text, p_reporter text, p_domain text) returns desk.complaint language plpgsql as $$
declare
    v_message bigint;
begin
    perform t.domain(p_domain, 'C1', 'hosting');
    v_message := t.mail(t.report(p_domain, p_from, 'xarf', p_evidence => 'typed', p_complainant => p_reporter,
        p_more => jsonb_build_object('reporter', jsonb_build_object('address', p_reporter, 'name', null))));
    return (select c from desk.complaint c where c.resource = t.resource(p_domain));
end
$$;
select is((t.said_by('b@liar.example', 'friend@trusted.example', 'said1.example')).why_not, 'untrusted-reporter', 'nor does he when he names another as reporter');
select is((t.said_by('c@people.example', 'd@liar.example', 'said2.example')).why_not, 'untrusted-reporter', '... nor he who is named by another');
select t.said_by('e@people.example', 'friend@trusted.example', 'said3.example'), t.said_by('staff@house.example', 'boss@house.example', 'said4.example'),
    t.said_by('friend@trusted.example', 'f@people.example', 'said5.example');
select is((select note from desk."case" where resource = t.resource('said3.example')), 'evidence-too-weak', 'who names a trusted reporter is not trusted for it');
select is((select note from desk."case" where resource = t.resource('said4.example')), null, '... but who is of the same house');
select is((select note from desk."case" where resource = t.resource('said5.example')), null, '... and the trusted one himself, whomever he reports for');

-- typed evidence alone
select t.mail(t.report('weak.example', 'a@people.example', p_evidence => 'typed', p_provenance => 'typed'));
select is_empty($$select 1 from t.mails where kind = 'warning' and context @> '{"domains": [{"name": "weak.example"}]}'$$, 'typed evidence alone warns nobody');
select is((select why_not from desk.complaint where resource = t.resource('weak.example')), null, '... but counts');
select is((select note from desk."case" where resource = t.resource('weak.example')), 'evidence-too-weak', '... the case says why');
select t.mail(t.report('weak.example', 'b@people.example'));
select isnt_empty($$select 1 from t.mails where kind = 'warning' and context @> '{"domains": [{"name": "weak.example"}]}'$$, 'better evidence later warns');

-- already suspended
update desk.resource set status = 'suspended' where name = 'down.example';
select t.crowd('down.example', 6);
select is_empty($$select 1 from t.mails where context @> '{"domains": [{"name": "down.example"}]}' and audience <> 'complainant'$$, 'an already suspended domain: no warning, no escalation');
select is((select complaints from desk.resource where name = 'down.example'), 6, '... but the complaints are kept');
select matches((select min(why) from desk.incident where resource = t.resource('down.example')), 'already suspended', '... and the reason is shown');
select * from finish();
rollback;
