-- Rates day by day and what follows from them; tokens, loops, trust, practice.
begin;
\ir lib/fixture.psql
\ir lib/sending.psql
select plan(98);

-- One report of provider 0's loop about customer c's mail, named by DKIM.
create function t.loop(n int, p_c int default 0, p_now timestamptz default '2026-03-01 10:00+00', p_kind text default 'genuine', p_incident jsonb default '{}', p_p int default 0, p_mail jsonb default '{}') returns bigint
language plpgsql as $$
declare
    r jsonb := t.arf(n, p_c, 0, p_p, 0, 1, p_kind);
begin
    return t.mail(jsonb_set(jsonb_set(r, '{incidents,0}', r #> '{incidents,0}' || p_incident), '{mail}', r->'mail' || p_mail), p_now => p_now);
end $$;
create function t.volume(p_rows text, p_dry boolean default false, p_now timestamptz default '2026-03-02 06:00+00') returns table (what text, line int, col text, detail text) language plpgsql as $$
begin
    perform desk.import_begin('volumes');
    insert into import_stage select n, split_part(r, ',', 1), nullif(split_part(r, ',', 2), ''), nullif(split_part(r, ',', 3), ''), nullif(split_part(r, ',', 4), ''), nullif(split_part(r, ',', 5), '')
        from unnest(string_to_array(p_rows, ' ')) with ordinality u(r, n);
    return query select * from desk.import_finish('volumes', p_dry, false, p_now);
end $$;
create function t.case_of(p_ref text) returns bigint language sql as $$ select max(id) from desk."case" where party = t.party(p_ref) and resource is null $$;

-- volumes
select results_eq($$select what, detail from t.volume('E0,192.0.2.10,mail0.example,2026-03-01,1000 E0,192.0.2.10,mail0.example,2026-03-02,1000')$$, $$values ('added', '2')$$, 'volumes are imported');
select results_eq($$select what, detail from t.volume('E0,192.0.2.10,mail0.example,2026-03-01,1000')$$, $$values ('unchanged', '1')$$, '... twice is once');
select results_eq($$select what, detail from t.volume('E0,192.0.2.10,Mail0.example,2026-03-01,2000')$$, $$values ('changed', '1000 -> 2000'), ('changed', '1')$$, '... corrected is corrected');
select is((select sum(mails) from desk.sent_volume), 3000::numeric, '... not added up');
select results_eq($$select line, col, detail from t.volume('E0,192.0.2.10,mail0.example,2026-03-01,-5 nobody,x,,2026-02-31,many E0,192.0.2.10,mail0.example,2099-01-01,1')$$,
    $$values (1, 'mails', '"-5" is no number of mails'), (2, 'address', '"x" is no address'), (2, 'customer', '"nobody" is not known: import parties first'), (2, 'day', '"2026-02-31" is no date (2026-03-01)'),
        (2, 'mails', '"many" is no number of mails'), (2, 'provider', 'is missing'), (3, 'day', '"2099-01-01" is in the future')$$, 'bad lines are told');
select is((select sum(mails) from desk.sent_volume), 3000::numeric, '... and nothing is imported');

-- thresholds: 1 of 2000 is nothing, 2 are warned about, 6 are paused
select t.loop(1);
select is_empty('select 1 from t.mails', 'below the rate nothing is owed');
select is(t.case_of('E0'), null, '... and there is no case: loops are a bulk mailer''s daily bread');
select is((select level || ' ' || permille from dashboard.complaint_rates where reports > 0), 'good 0.50', '... only a figure');
select t.loop(1);
select is((select reports || ' ' || copies from dashboard.complaint_rates where reports > 0), '1 1', 'a second copy counts once');
select t.loop(11);
select is((select recipient || ' ' || kind from t.mails where audience = 'customer'), 'e0@mailer.example warning', 'at 1 per 1,000 the customer is warned');
select is((select context->>'rate_reports' || ' of ' || (context->>'rate_mails') || ', ' || (context->>'rate_permille') || ' ' || (context->>'rate_provider') || ' ' || (context->>'rate_day') from t.mails where audience = 'customer'),
    '2 of 2000, 1.00 mail0.example 2026-03-01', '... in figures');
select is((select context ? 'missing_legal_notice' and not context ? 'missing_list_unsubscribe' and (context->>'has_missing')::boolean and (context->>'relation_sending')::boolean from t.mails where audience = 'customer'), true, '... with what the mailings lack');
select is((select context->>'deadline_days' from t.mails where audience = 'customer'), '3', '... with as many days to act as everybody has');
select t.loop(n) from generate_series(21, 51, 10) n;
select is((select count(*) from t.mails where audience = 'customer'), 1::bigint, 'further complaints owe no further mail');
select results_eq($$select kind, state, reason from desk.action where kind = 'pause'$$, $$values ('pause', 'proposed', '6 complaints about 2000 mails from 192.0.2.10 to mail0.example on 2026-03-01, 3.00 per thousand')$$, 'at 3 per 1,000 a pause is proposed');
select is((select count(*) from t.mails where audience = 'staff' and kind = 'escalation'), 1::bigint, '... to staff, once');
select is((select count(*) from desk.complaint where "case" = t.case_of('E0')), 6::bigint, 'what was complained about stands in the case');

-- approved, carried out, told truthfully
insert into desk.policy (party, name, value) values (t.party('R'), 'enforce', '"hook"');
select desk_api.action_approve(array(select id from desk.action where kind = 'pause'), 'too much', 'anna', '2026-03-01 11:00+00');
select is((select payload->'data'->>'customer' || ' ' || (payload->>'type') || ' ' || (payload->'data'->>'service') from desk.hook), 'E0 domain.pause sending', 'the provisioning system is told whom to pause');
select is_empty($$select 1 from t.mails where kind = 'pause'$$, 'nobody is told of a pause that has not happened');
select desk.hook_claim(1, p_now => '2026-03-01 11:00+00');
select desk.hook_record((select id from desk.hook), 'done', 200, 'paused', null, '2026-03-01 11:01+00');
select is((select recipient from t.mails where kind = 'pause'), 'e0@mailer.example', '... then he is');
select is((select state || ' ' || outcome from desk."case" where id = t.case_of('E0')), 'closed suspended', '... and the case is closed');
select is((select result || ' ' || detail from desk_api.sending_resume('E1')), 'refused is not paused', 'who is not paused can''t be resumed');
-- Reports go on coming in for days; the volume of the next day is of before noon.
create table t.paused as select count(*) as mails from t.mails where kind in ('warning', 'escalation');
insert into desk.sent_volume values (t.party('E0'), '192.0.2.11', 'mail0.example', '2026-03-02', 1000);
select t.loop(n, p_now => '2026-03-02 09:00+00', p_incident => '{"source_ip": {"value": "192.0.2.11", "provenance": "reported"}}') from generate_series(801, 841, 10) n;
select is((select state from desk."case" where id = t.case_of('E0')), 'closed', 'rates of a customer who is paused open nothing again');
select t.mail(t.report('shop0.example', 'late@people.example', p_evidence => 'dkim'), p_now => '2026-03-02 09:00+00');
select is((select count(*) from t.mails where kind in ('warning', 'escalation')), (select mails from t.paused), '... nor does a person: nothing is left to warn of');
select is((select "case" from desk.complaint where complainant = 'late@people.example'), t.case_of('E0'), '... whose complaint joins the case');
delete from desk.sent_volume where address = '192.0.2.11';
delete from desk.sending_report where address = '192.0.2.11';
delete from desk.sending_day where address = '192.0.2.11' or address is null and day = '2026-03-02';
select desk_api.sending_resume('E0', 'list cleaned', 'anna', '2026-03-01 15:00+00');
select desk.hook_claim(1, p_now => '2026-03-01 15:00+00');
select desk.hook_record((select max(id) from desk.hook), 'done', 200, 'resumed', null, '2026-03-01 15:01+00');
select is((select recipient || ' ' || (select payload->>'type' from desk.hook order by id desc limit 1) from t.mails where kind = 'reinstatement' and audience = 'customer'), 'e0@mailer.example domain.resume', 'a pause is lifted the same way, and told');
select is((select result from desk_api.sending_resume('E0', p_now => '2026-03-01 16:00+00')), 'refused', '... once');
select t.loop(61, p_now => '2026-03-01 23:59:59+00');
select is((select state from desk."case" where id = t.case_of('E0')), 'closed', 'a late report about that day does not open it again');
select t.loop(n, p_now => '2026-03-02 00:00:00+00') from generate_series(71, 81, 10) n;
select is((select state || ' ' || repeat_offender from desk."case" where id = t.case_of('E0')), 'waiting true', 'the next day does');
select results_eq($$select day, reports, permille from dashboard.complaint_rates where customer = 'E0' and reports > 0 order by 1$$, $$values ('2026-03-01'::date, 7::bigint, 3.50), ('2026-03-02', 2, 2.00)$$, 'midnight is UTC''s');
select t.loop(91, p_now => '2026-03-03 01:00:00+02');
select is((select reports from dashboard.complaint_rates where customer = 'E0' and day = '2026-03-02'), 3::bigint, '... whatever the clock of the receiver says');
select t.loop(101, p_now => '2026-03-09 10:00+00', p_incident => '{"date": "2026-03-01T09:00:00Z"}');
select results_eq($$select day, reports, mails, permille, level from dashboard.complaint_rates where customer = 'E0' and day = '2026-03-09'$$, $$values ('2026-03-09'::date, 1::bigint, null::bigint, null::numeric, 'no-volume')$$, 'a report counts on the day it comes in; a day without volume has no rate');

create table t.waits as select due_at from desk."case" where id = t.case_of('E0');
select desk.decide((select due_at from t.waits));
select is((select count(*) from desk.action where "case" = t.case_of('E0') and kind = 'escalate'), 1::bigint, 'a warning that changes nothing comes to staff');

-- too few, and the volume that comes after the complaints
select results_eq($$select what, detail from t.volume('E1,192.0.2.12,mail0.example,2026-03-01,20')$$, $$values ('added', '1')$$, 'a customer who sent 20 mails');
select t.loop(111, 1);
select is((select level from dashboard.complaint_rates where customer = 'E1'), 'too-few', '1 of 20 is no rate');
select is_empty($$select 1 from t.mails where recipient = 'e1@mailer.example'$$, '... and has no consequence');
select results_eq($$select what, detail from t.volume('E2,192.0.2.14,mail0.example,2026-02-28,5000')$$, $$values ('added', '1')$$, 'volumes come a day late');
select t.loop(n, 2) from generate_series(122, 182, 10) n;
select is_empty($$select 1 from t.mails where recipient = 'e2@mailer.example'$$, 'without the day''s volume nothing follows');
select t.volume('E2,192.0.2.14,mail0.example,2026-03-01,5000', true);
delete from desk.sent_volume where party = t.party('E2') and day = '2026-03-01'; -- what the rollback of a dry run does
select is_empty($$select 1 from t.mails where recipient = 'e2@mailer.example'$$, 'a dry run has no consequence');
select t.volume('E2,192.0.2.14,mail0.example,2026-03-01,5000');
select is((select count(*) from t.mails where recipient = 'e2@mailer.example' and kind = 'warning'), 1::bigint, '... when it comes the warning goes out');
select desk_api.policy_set('E3', 'rate_warn_permille', '50');
select t.volume('E3,192.0.2.16,mail0.example,2026-03-01,1000');
select t.loop(n, 3) from generate_series(203, 223, 10) n;
select is((select level from dashboard.complaint_rates where customer = 'E3' and reports > 0), 'pause', 'thresholds are policies of each customer');
select desk_api.policy_set('E3', 'rate_pause_permille', '50');
select desk_api.policy_set('E3', 'rate_warn_permille', '2.5');
select is((select level from dashboard.complaint_rates where customer = 'E3' and reports > 0), 'warn', '... finer than one per thousand, too');
select desk_api.policy_set('E3', 'rate_warn_permille', '3.001');
select is((select level from dashboard.complaint_rates where customer = 'E3' and reports > 0), 'good', '... to the third place');
select throws_ok($$select desk_api.policy_set('E3', 'rate_warn_permille', '0')$$, '22023', null, '... but not none at all');

-- redacted reports do not tell the address: they count for the provider as a whole
select t.volume('E4,192.0.2.18,mail0.example,2026-03-01,500 E4,192.0.2.19,mail0.example,2026-03-01,600');
select t.loop(n, 4, p_incident => '{"source_ip": null}') from generate_series(234, 244, 10) n;
select is((select count(*) from t.mails where recipient = 'e4@mailer.example' and kind = 'warning'), 1::bigint, 'two addresses together send enough to be judged');
select is((select count(*) from dashboard.complaint_rates where customer = 'E4' and address is null and reports = 2), 1::bigint, '... the reports stand beside, without an address');

-- not-spam, opt-out
select t.loop(305, 5, p_kind => 'not-spam'), t.loop(315, 5, p_kind => 'opt-out');
select is((select reports || ' ' || not_spam || ' ' || opt_outs from dashboard.complaint_rates where customer = 'E5'), '0 1 1', 'neither not-spam nor opt-out is a complaint');
select results_eq($$select address, reason from dashboard.suppressions where customer = 'E5'$$, $$values ('user315@mail0.example', 'opt-out')$$, 'who opts out is suppressed, who wants the mail is not');
select is(t.case_of('E5'), null, '... and there is no case');

-- trust
select t.loop(406, 6, p_kind => 'forged'), t.loop(416, 6, p_kind => 'stranger');
select results_eq($$select why_not from desk.sending_report where party = t.party('E6') order by 1$$, $$values ('loop-not-enrolled'), ('unauthenticated')$$, 'a forged report is not believed, nor one of a loop that is not enrolled');
select is_empty($$select 1 from dashboard.suppressions where customer = 'E6'$$, '... they unsubscribe nobody');
select is((select context->>'loop_name' = 'loops[.]stranger[.]example' from t.mails where kind = 'loop'), true, 'staff are told of the stranger');
select t.loop(426, 6, p_kind => 'stranger');
select is((select count(*) from t.mails where kind = 'loop'), 1::bigint, '... once');
select is((select result || ' ' || detail from desk_api.loop_add('stranger.example', '192.0.2.0/24', p_since => '2026-01-01')) like 'done enrolled as %', true, 'he is enrolled');
select t.loop(436, 6, p_kind => 'stranger', p_now => '2026-03-01 12:00+00');
select is((select counts from desk.sending_report where party = t.party('E6') order by message desc limit 1), true, '... and counts, names below his domain too');
select is((select count(*) from desk_api.loop_add('stranger.example', '192.0.2.0/24') where detail like 'known as %'), 1::bigint, 'enrolled twice is enrolled once');
-- Who has a mailbox at a provider is not its loop.
create function t.from_user(n int, p_from text, p_kind text default 'arf') returns text language plpgsql as $$
declare
    v_message bigint := t.mail(jsonb_set(jsonb_set(jsonb_set(t.arf(n, 6, 0, 0, 0, 1, 'genuine'), '{mail,from}', to_jsonb(p_from)), '{reporter,address}', to_jsonb(p_from)), '{kind}', to_jsonb(p_kind)));
begin
    return (select why_not from desk.sending_report where message = v_message);
end $$;
select is(t.from_user(456, 'mallory@stranger.example'), 'loop-not-enrolled', 'a user of a provider does not speak for its loop');
select is((select result from desk_api.loop_add('users.example', '192.0.2.0/24', 'staff@users.example', p_since => '2026-01-01')), 'done', 'a loop that reports from the users'' own domain is enrolled by its address');
select is(t.from_user(466, 'staff@users.example'), null, '... and believed');
select is(t.from_user(476, 'mallory@users.example'), 'loop-not-enrolled', '... nobody else there');
select is(t.from_user(486, 'staff@fbl.mail0.example', 'human'), 'not-the-complainant', '... nor a person at the loop''s domain, about others');
select is((select count(*) from desk.suppression where address in ('user456@mail0.example', 'user476@mail0.example', 'user486@mail0.example')), 0::bigint, '... on whose word nobody is suppressed');
delete from desk.loop where provider = 'users.example';
insert into desk.reporter (address, trust) values ('@fbl.mail1.example', 'distrusted');
select t.loop(446, 6, p_p => 1);
select is((select why_not from desk.sending_report where party = t.party('E6') order by message desc limit 1), 'untrusted-reporter', 'whom staff distrust is not believed');
delete from desk.reporter;

-- pseudonyms: stable for one provider, not across providers
select t.loop(507, 7, p_incident => '{"complainant": "a1b2c3", "report_id": "p1"}'), t.loop(517, 7, p_incident => '{"complainant": "a1b2c3", "report_id": "p2"}');
select t.loop(527, 7, p_p => 2, p_incident => '{"complainant": "a1b2c3", "report_id": "p3"}');
select is((select count(distinct person) from desk.sending_report where party = t.party('E7')), 2::bigint, 'a pseudonym is one person at one provider');
select t.loop(537, 7, p_incident => jsonb_build_object('complainant', c, 'report_id', 'u' || c)) from unnest(array['redacted:unknown@mail0.example', 'redacted:redacted@mail0.example', 'redacted@mail0.example']) c;
select is_empty($$select 1 from dashboard.suppressions where customer = 'E7' and address like '%redacted%'$$, 'nobody in particular is on no list');

-- whose mail it is: a link names whom it leads to, not who has sent it
select t.loop(547, 7, p_incident => '{"source_ip": {"value": "192.0.2.24", "provenance": "reported"}, "domains": ["shop3.example"], "evidence": [{"kind": "url", "value": "https://shop3.example/", "host": "shop3.example", "domain": "shop3.example", "provenance": "original"}]}');
select is((select p.ref || ' ' || split_part(i.why, ' ', 1) from desk.incident i join desk.resource r on r.id = i.resource join desk.party p on p.id = r.party order by i.message desc limit 1), 'E7 source-ip', 'a link to one customer''s shop in another''s mail blames the sender');
select desk_api.identifier_add(array['mailer7'], 'header', 'E7');
select t.loop(557, 7, p_incident => '{"source_ip": null, "evidence": [{"kind": "auth-user", "value": "mailer7", "host": null, "domain": null, "provenance": "original"}]}');
select is((select p.ref || ' ' || i.why from desk.incident i join desk.resource r on r.id = i.resource join desk.party p on p.id = r.party order by i.message desc limit 1), 'E7 auth-user mailer7', 'the account in a header of ours is an identifier');

-- tokens: two keys during rotation
create table t.token as select desk.sending_token_make(t.party('E8'), 'spring', 'r1') as old, desk.sending_token_make(t.party('E8'), 'spring', 'Person@People.example') as address;
select is((select length(old) <= 62 and old ~ '^[a-z0-9_-]+$' from t.token), true, 'a token stands in a local part, and survives who folds the case');
select desk.token_rotate();
select is((select result || ' ' || customer || ' ' || campaign || ' ' || recipient from t.token, desk_api.token_verify(array[upper(old)])), 'valid E8 spring r1', 'the key before is valid during rotation');
select desk.token_rotate();
select is((select result from t.token, desk_api.token_verify(array[old])), 'not-ours', '... and retired after the next');
select is((select result from desk_api.token_verify(array['ct-' || t.party('E8') || '-spring-r2-' || right(desk.sending_token_make(t.party('E8'), 'spring', 'r1'), 16)])), 'not-ours', 'a token is for one recipient');
select throws_ok($$select desk.sending_token_make(t.party('E8'), 'Spring sale', 'r1')$$, '22023', null, 'a campaign is a word');
select throws_ok($$select desk.sending_token_make(t.party('E8'), 'spring', 'h0123456789abcdef')$$, '22023', null, 'nobody takes the name of a hash');
-- A customer without an address, domain or identifier of his own
insert into desk.party (ref, kind, parent, name, username_email) values ('EX', 'customer', t.party('R'), 'Mailer X', 'ex@mailer.example');
create table t.shared as select token from desk_api.token_make('EX', 'spring', array['r1']);
select t.loop(609, 9, p_incident => jsonb_build_object('source_ip', null, 'evidence', (select jsonb_build_array(jsonb_build_object('kind', 'token', 'value', token, 'provenance', 'original')) from t.shared)));
select results_eq($$select customer collate "default", campaign collate "default", recipient collate "default", counts from dashboard.sending_reports order by message desc limit 1$$, $$values ('EX', 'spring', 'r1', true)$$, 'his token alone names him');
select is((select count(*) from desk_api.token_make('EX', 'summer', array['r1', 'r2'])), 2::bigint, '... again');
select is((select count(*) from desk.resource where party = t.party('EX')), 1::bigint, '... by one identifier');
-- A report without any authentication, but with the recipient's own token
create function t.unsigned(p_recipient text, p_complainant text, p_id text) returns bigint language sql as $$
    select t.loop(608, 8, p_kind => 'forged', p_incident => jsonb_build_object('source_ip', null, 'complainant', p_complainant, 'report_id', p_id,
        'evidence', jsonb_build_array(jsonb_build_object('kind', 'token', 'value', desk.sending_token_make(t.party('E8'), 'summer', p_recipient), 'provenance', 'original')))) $$;
select t.unsigned('r2', 'victim@people.example', 'x1'), t.unsigned('r2', 'victim@people.example', 'x2');
select results_eq($$select address, recipient from dashboard.suppressions where customer = 'E8'$$, $$values (null::text, 'r2')$$, 'a token proves its recipient, not whom the report names');
select is((select sum(reports) from dashboard.complaint_rates where customer = 'E8'), 1::numeric, '... and is worth one report, however often it is sent in');
select t.unsigned('person@people.example', 'PERSON@people.example', 'x3'), t.unsigned('person@people.example', 'other@people.example', 'x4');
select set_eq($$select address from dashboard.suppressions where customer = 'E8'$$, $$values (null::text), ('person@people.example')$$, 'the address whose hash stands in the token is believed');

-- a person who complains himself is believed about himself, and answered as ever
select t.mail(t.report('shop9.example', 'person@people.example', p_evidence => 'dkim'));
select results_eq($$select address, reason from dashboard.suppressions where customer = 'E9'$$, $$values ('person@people.example', 'complaint')$$, 'a person speaks for himself');
select is((select count(*) from t.mails where recipient = 'e9@mailer.example' and kind = 'warning'), 1::bigint, '... and the customer is warned at once: a person is no statistics');
select is((select count(*) from t.mails where audience = 'complainant' and recipient <> 'late@people.example'), 1::bigint, 'he is answered, the loops are not');

-- export
select results_eq($$select customer collate "default", address, reason from desk_api.suppression_export('E9')$$, $$values ('E9', 'person@people.example', 'complaint')$$, 'a list is exported');
select is((select count(*) from desk_api.suppression_export('R')), (select count(*) from desk.suppression), '... or all of them');
select is((select count(*) from desk_api.suppression_export('E9', '2026-03-05')), 0::bigint, '... or what is new');
select results_eq($$select result || ' ' || detail from desk_api.suppression_add('E9', array['person@people.example', 'new@people.example', 'nonsense'])$$, $$values ('done suppressed already'), ('done suppressed'), ('refused no address')$$, 'and added to by hand');

-- erasure
select desk_api.privacy_erase('new@people.example');
select results_eq($$select address, reason from desk_api.suppression_export('E9') where reason = 'by-hand'$$, $$values (null::text, 'by-hand')$$, 'an erased address stays suppressed by its key');
select results_eq($$select detail from desk_api.suppression_add('E9', array['new@people.example'])$$, $$values ('suppressed already')$$, '... and is known again');

-- silent loops
select is(desk.watch_loops('2026-03-05 00:00+00'), 2, 'two loops have never spoken since January');
select is(desk.watch_loops('2026-03-06 00:00+00'), 0, '... told once');
select is((select count(*) from t.mails where kind = 'loop' and context @> '{"loop_silent": true}'), 2::bigint, '... by a mail each');
select is(desk.watch_loops('2026-03-20 00:00+00'), 4, 'a loop that has spoken and stops is told of, too');
select t.loop(711, 1, p_now => '2026-03-20 10:00+00');
select is((select silent_told_at is null from desk.loop where provider = 'mail0.example'), true, '... until it speaks again');

-- practice, declaration, proof
select is((select score from dashboard.practice where customer = 'E0') is null, true, 'practice is of the last thirty days');
select desk_api.declaration_set('E0', 'CNIL 1234567');
select is((select context->>'declaration' from (select desk.context_sending(t.party('E0'), '2026-03-02') as context) c), 'CNIL 1234567', 'a declaration stands in the warning');
select desk_api.case_proof(t.case_of('E0'), 'user1@mail0.example', '2025-05-01 12:00+00', 'https://shop0.example/join', '198.51.100.7', 'anna', '2026-03-03 10:00+00');
select is((select text from desk.case_note where "case" = t.case_of('E0')), 'proof of consent: user1@mail0.example on 2025-05-01 12:00 UTC from 198.51.100.7, https://shop0.example/join', 'a proof of consent is noted on the case');
select throws_ok($$select desk_api.case_proof(t.case_of('E0'), 'x', '2099-01-01', 'form')$$, '22023', null, '... none from the future');
select * from finish();
rollback;
