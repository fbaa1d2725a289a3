-- What must not happen between a complaint and what is taken away: odd orders of events.
begin;
\ir lib/fixture.psql
select plan(40);
update desk.party set left_at = now() where ref = 'T';
select t.domain(d, 'C1') from unnest(array['turned.example', 'opted.example', 'child.example', 'false.example', 'sold.example', 'asleep.example',
    'woken.example', 'back.example', 'moved.example', 'one.example', 'early.example']) d;
create function t.case_of(p_domain text, p_track text default 'abuse') returns bigint language sql as $$
    select max(c.id) from desk."case" c join desk.resource r on r.id = c.resource where r.name = p_domain and c.track = p_track $$;

-- who said "not spam" or opted out may complain later
select t.mail(t.report('turned.example', 'a@people.example', p_category => 'not-spam'));
select is((select complaints || ' ' || counting from desk.resource where name = 'turned.example'), '0 0', 'not spam: no complaint');
select t.mail(t.report('turned.example', 'a@people.example')) as turned \gset
select isnt(t.ack(:turned), 'undecidable', 'the same person complains after all');
select is((select complaints || ' ' || counting from desk.resource where name = 'turned.example'), '1 1', '... that is one complaint, and it counts');
select t.mail(t.report('turned.example', 'a@people.example', p_category => 'not-spam'));
select is((select complaints || ' ' || counting from desk.resource where name = 'turned.example'), '1 1', '... and it stays one');
select desk_api.complaint_withdraw(array(select id from desk.complaint where resource = t.resource('turned.example')));
select t.mail(t.report('turned.example', 'a@people.example', p_category => 'phishing'));
select is((select complaints || ' ' || counting from desk.resource where name = 'turned.example'), '0 0', '... withdrawn, it is none, whatever is said of it again');

-- each child-safety report is about something else
select t.mail(t.report('child.example', 'finder@hotline.example', p_category => 'child-safety', p_report_id => 'r1'), 'R', '2026-03-01 10:00+00');
select t.mail(t.report('child.example', 'finder@hotline.example', p_category => 'child-safety', p_report_id => 'r2'), 'R', '2026-03-02 10:00+00');
select is((select count(*) from t.mails where kind = 'restricted'), 2::bigint, 'a second child-safety report of the same hotline pages a person, too');
select t.mail(t.report('child.example', 'finder@hotline.example', p_category => 'child-safety', p_report_id => 'r2'), 'R', '2026-03-02 11:00+00');
select is((select count(*) from t.mails where kind = 'restricted'), 2::bigint, '... a second copy of it does not');

-- clearly false, said twice
select t.mail(t.report('false.example', p_category => 'whois', p_incident => '{"claim": {"field": "name", "why": "Mickey Mouse"}}'));
select results_eq(format('select result from desk_api.whois_false(array[%s])', t.case_of('false.example', 'whois')), $$values ('done')$$, 'staff confirm: clearly false');
select results_eq(format('select result, detail from desk_api.whois_false(array[%s])', t.case_of('false.example', 'whois')), $$values ('refused', 'already being carried out')$$, '... once');
select is((select count(*) from desk.audit where what = 'confirmed clearly false'), 1::bigint, '... and what was refused is not in the audit as done');

-- a case of a registration that is not there any more
select t.crowd('sold.example', 6);
select id as sold from desk.action where resource = t.resource('sold.example') and kind = 'suspend' \gset
select t.case_of('sold.example') as soldcase \gset
update desk.resource set ended_at = '2026-03-02' where name = 'sold.example';
select t.domain('sold.example', 'CX');
select results_eq(format('select result, detail from desk_api.action_approve(array[%s])', :sold), $$values ('refused', 'it has left or changed hands')$$,
    'a proposal about a registration that ended is not approved: the name is somebody else''s');
select desk_api.case_close(array[:soldcase], 'no-action');
select results_eq(format('select result, detail from desk_api.case_reopen(array[%s])', :soldcase), $$values ('refused', 'it has left or changed hands')$$, '... nor is its case opened again');
select t.crowd('moved.example', 6);
select id as moved from desk.action where resource = t.resource('moved.example') and kind = 'suspend' \gset
update desk.party set parent = t.party('T') where ref = 'C1';
select results_eq(format('select result, detail from desk_api.action_approve(array[%s])', :moved), $$values ('refused', 'not in your tree')$$,
    'nor one about a customer who has gone to another desk');
update desk.party set parent = t.party('S1') where ref = 'C1';

-- snoozed before its first step
select t.mail(t.report('asleep.example', 'a@people.example', p_evidence => 'typed', p_provenance => 'typed'));
select desk_api.case_snooze(array[t.case_of('asleep.example')], '2026-03-10 00:00+00', 'anna', '2026-03-02 10:00+00');
select t.mail(t.report('asleep.example', 'b@people.example'), 'R', '2026-03-03 10:00+00');
create function t.warned(p_domain text) returns bigint language sql as $$
    select count(*) from t.mails where kind = 'warning' and audience = 'customer' and context @> jsonb_build_object('domains', jsonb_build_array(jsonb_build_object('name', p_domain))) $$;
select desk.decide('2026-03-09 10:00+00');
select is(t.warned('asleep.example'), 0::bigint, 'snoozed: no warning yet');
select desk.decide('2026-03-10 00:00+00');
select is(t.warned('asleep.example'), 1::bigint, '... but when it wakes');

-- what was snoozed and closed begins anew with the next complaint
select t.mail(t.report('woken.example', 'a@people.example'), 'R', '2026-03-01 10:00+00');
select desk_api.case_snooze(array[t.case_of('woken.example')], '2026-12-31 00:00+00', 'anna', '2026-03-02 10:00+00');
select desk_api.case_close(array[t.case_of('woken.example')], 'resolved', p_now => '2026-03-03 10:00+00');
select t.mail(t.report('woken.example', 'b@people.example'), 'R', '2026-03-05 10:00+00');
select is(t.warned('woken.example'), 2::bigint, 'reopened by a complaint: warned again at once');
select desk_api.case_snooze(array[t.case_of('woken.example')], '2026-12-31 00:00+00', 'anna', '2026-03-06 10:00+00');
select desk_api.case_close(array[t.case_of('woken.example')], 'resolved', p_now => '2026-03-07 10:00+00'),
    desk_api.case_reopen(array[t.case_of('woken.example')], p_now => '2026-03-08 10:00+00');
select is((select snoozed_until from desk."case" where id = t.case_of('woken.example')), null, '... by staff: awake');

-- what happened before a reinstatement or another holder's time, told late
select t.crowd('back.example', 6, p_now => '2026-03-01 10:00+00');
select desk_api.domain_suspend(array['back.example'], p_now => '2026-03-02 10:00+00');
select desk_api.action_confirm(array(select id from desk.action where kind = 'suspend' and resource = t.resource('back.example')), p_now => '2026-03-02 11:00+00');
select desk_api.domain_reinstate(array['back.example'], p_now => '2026-03-03 10:00+00');
select desk_api.action_confirm(array(select id from desk.action where kind = 'reinstate' and resource = t.resource('back.example')), p_now => '2026-03-03 11:00+00');
select t.mail(t.report('back.example', 'late@people.example', p_incident => '{"date": "2026-03-02T08:00:00Z"}'), 'R', '2026-03-04 10:00+00');
select is((select counts || ' ' || why_not from desk.complaint where resource = t.resource('back.example') and complainant = 'late@people.example'), 'false before-reinstatement',
    'an incident before the reinstatement, told after it, does not count');
select t.mail(t.report('back.example', 'late@people.example', p_incident => '{"date": "2026-03-04T08:00:00Z"}'), 'R', '2026-03-05 10:00+00');
select is((select counts from desk.complaint where resource = t.resource('back.example') and complainant = 'late@people.example'), true, '... one after it does');

-- a stop that is under way when its case is closed and reopened
select t.domain('busy.example', 'C1', 'registration mail-redirection');
select desk_api.policy_set(null, 'enforce', 'hook');
insert into desk.redirection_volume values (t.resource('busy.example'), '2026-03-01', 500);
select t.mail(t.report('busy.example', 'a@people.example', p_evidence => 'reply-to'), 'R', '2026-03-01 10:00+00');
select desk_api.action_approve(array(select id from desk.action where kind = 'stop-redirection' and resource = t.resource('busy.example')), p_now => '2026-03-01 11:00+00');
select count(*) from desk.hook_claim(10, '1 minute', '2026-03-01 11:01+00');
select desk_api.case_close(array[t.case_of('busy.example')], 'resolved', p_now => '2026-03-01 12:00+00');
select t.mail(t.report('busy.example', 'b@people.example', p_evidence => 'reply-to'), 'R', '2026-03-01 13:00+00') as busy \gset
select isnt(t.ack(:busy), 'undecidable', 'a complaint that reopens a case whose stop is being carried out is decided');
select is(t.proposed('busy.example', 'stop-redirection'), 1::bigint, '... and nothing is proposed twice');
select desk_api.policy_set(null, 'enforce', 'person');

-- cases of different customers are different cases
select t.mail(t.report('one.example', 'a@people.example'));
select t.domain('other.example', 'CX');
select t.mail(t.report('other.example', 'a@people.example'));
select results_eq(format('select result, detail from desk_api.case_merge(array[%s], %s)', t.case_of('one.example'), t.case_of('other.example')),
    $$values ('refused', 'it is about another customer')$$, 'evidence about one customer does not go to another');
select is_empty($$select 1 from desk.audit where what = 'merged'$$, '... and the audit does not say so');

-- below the threshold by a domain that went: the next crossing is told again
select t.domain('c' || n || '.example', 'CR') from generate_series(1, 5) n;
select t.crowd('c' || n || '.example', 1) from generate_series(1, 4) n;
select is((select count(*) from t.mails where kind = 'cease' and recipient = 'cr@customer.example'), 1::bigint, 'four spamming domains: one mail');
select desk.import_begin('domains');
insert into import_stage (line, name, customer, services, status) values (2, 'c1.example', 'CR', 'registration', 'deleted');
select count(*) from desk.import_finish('domains', false, false, '2026-03-02 10:00+00');
select is((select spamming || ' ' || coalesce(ceased_at::text, '-') from desk.party_figure where party = t.party('CR')), '3 -', 'one of them is gone: below');
select t.crowd('c5.example', 1, p_now => '2026-03-03 10:00+00');
select is((select count(*) from t.mails where kind = 'cease' and recipient = 'cr@customer.example'), 2::bigint, '... another one: crossed again, told again');
-- ... and what is said of a name's former holder is not the next one's
insert into desk.resource (kind, name, party, services, created) values ('domain', 'handed.example', t.party('CR'), '{registration}', '2020-01-01'), ('domain', 'anew.example', t.party('CR'), '{registration}', '2020-01-01');
select desk.import_begin('domains');
insert into import_stage (line, name, customer, services, created) values (2, 'handed.example', 'CX', 'registration', '2020-01-01'), (3, 'anew.example', 'CX', 'registration', '2026-02-20');
select count(*) from desk.import_finish('domains', false, false, '2026-03-02 10:00+00');
create function t.told_late(p_domain text, p_date text) returns text language plpgsql as $$
declare
    v_message bigint := t.mail(t.report(p_domain, md5(p_date) || '@people.example', p_incident => jsonb_build_object('date', p_date)), 'R', '2026-03-03 10:00+00');
begin
    return (select coalesce(why_not, 'counts') from desk.complaint where last_message = v_message);
end $$;
select is(t.told_late('handed.example', '2026-03-02T08:00:00Z'), 'before-registration', 'a spam of the holder before');
select is(t.told_late('handed.example', '2026-03-02T12:00:00Z'), 'counts', '... and of the new one');
select is(t.told_late('anew.example', '2026-02-19T12:00:00Z'), 'before-registration', 'registered anew: before that day');
select is(t.told_late('anew.example', '2026-02-21T12:00:00Z'), 'counts', '... and after it, though we knew later');
-- who counts in the place of another address of his
create function t.counted(p_domain text) returns text language sql as $$
    select coalesce(string_agg(complainant, ' ' order by complainant), 'nobody') from desk.complaint where resource = t.resource(p_domain) and counts $$;
create function t.take_back(p_domain text, p_who text) returns text language plpgsql as $$
begin
    perform desk_api.complaint_withdraw(array(select id from desk.complaint where resource = t.resource(p_domain) and complainant = p_who));
    return t.counted(p_domain);
end $$;
select t.domain('place.example', 'CX'), t.domain('place-2.example', 'CX');
select t.mail(t.report('place.example', 'joe+1@people.example', p_auth => 'fail')), t.mail(t.report('place.example', 'joe+2@people.example')), t.mail(t.report('place.example', 'joe+1@people.example'));
select is(t.counted('place.example'), 'joe+2@people.example', 'one person counts once');
select is(t.take_back('place.example', 'joe+2@people.example'), 'joe+1@people.example', '... if it is withdrawn the other address counts, which has been believed since');
select t.mail(t.report('place-2.example', 'joe+1@people.example')), t.mail(t.report('place-2.example', 'joe+2@people.example'));
update desk.resource set status = 'suspended' where name = 'place-2.example';
select desk_api.domain_reinstate(array['place-2.example'], p_now => '2026-03-02 10:00+00');
select count(*) from desk_api.action_confirm(array(select id from desk.action where kind = 'reinstate' and state = 'approved'), p_now => '2026-03-02 10:00+00');
select t.mail(t.report('place-2.example', 'joe+3@people.example'), 'R', '2026-03-03 10:00+00');
select is(t.take_back('place-2.example', 'joe+3@people.example'), 'nobody', '... but none of before the reinstatement');

-- a customer goes to another desk, with his domains
select t.domain('gone.example', 'C2');
select t.crowd('gone.example', 6, p_now => '2026-03-10 10:00+00');
select t.case_of('gone.example') as gone \gset
select desk.import_begin('parties');
insert into import_stage (line, id, kind, parent, name, username_email) values (2, 'C2', 'customer', 'T', 'Customer Two', 'c2@customer.example');
select count(*) from desk.import_finish('parties', false, false, '2026-03-11 10:00+00');
select is((select state || ' ' || outcome from desk."case" where id = :gone), 'closed not-ours', 'the former desk closes his cases');
select is(t.proposed('gone.example'), 0::bigint, '... and suspends nothing');
select t.mail(t.report('gone.example', 'new@people.example'), 'T', '2026-03-12 10:00+00');
select is((select state || ' ' || (desk = t.party('T')) from desk."case" where id = :gone), 'waiting true', 'a complaint to the new desk reopens the case, there');
select is((select sender from t.mails where kind = 'warning' and audience = 'customer' and recipient = 'c2@customer.example' order by id desc limit 1), 'T', '... and it warns him');
-- an XARF report that breaks its specification counts for nothing; one with more than we keep does
select t.domain('broken.example', 'C1'), t.domain('large.example', 'C1');
select t.mail(t.report('broken.example', 'm1@machine.example') || '{"kind": "xarf", "malformed": ["too-many-urls", "xarf-category"]}');
select is((select why_not from desk.complaint where resource = t.resource('broken.example')), 'malformed', 'a violation: it does not count');
select t.mail(t.report('large.example', 'm1@machine.example') || '{"kind": "xarf", "malformed": ["too-many-urls", "long-text"]}');
select is((select counts from desk.complaint where resource = t.resource('large.example')), true, 'cut by our limits: it counts');
select t.mail(t.report('large.example', 'm2@machine.example') || '{"kind": "xarf", "malformed": []}');
select is((select counting from desk.resource where name = 'large.example'), 2, '... as one without a note does');

select * from finish();
rollback;
