-- From proposal to suspension, by a person and by the hook; what undoes it.
begin;
\ir lib/fixture.psql
select plan(65);
update desk.party set left_at = now() where ref = 'T'; -- so that R is the only root
select t.domain(d, 'C1', 'registration', 'active', 'owner@' || d) from unnest(array['bad.example', 'hooked.example', 'failed.example', 'guarded.example', 'auto.example', 'alone.example', 'three.example', 'capped.example', 'taken-back.example', 'shadow.example']) d;
select t.domain('run' || n || '.example', 'C3', 'registration', 'active', 'owner@run.example') from generate_series(1, 9) n;

-- approval and a person's confirmation
select t.crowd('bad.example', 6);
select id as action from desk.action where kind = 'suspend' and state = 'proposed' \gset
select results_eq(format('select result from desk_api.action_approve(array[%s], null, $$anna$$)', :action), $$values ('done')$$, 'approve');
select is((select state from desk.action where id = :action), 'approved', 'it is approved');
select is((select status from desk.resource where name = 'bad.example'), 'active', '... but nothing has happened yet');
select is_empty($$select 1 from t.mails where kind in ('suspension', 'outcome')$$, '... and nobody is told so');
select is_empty($$select 1 from desk.hook$$, 'policy enforce = person calls nobody');
select results_eq(format('select result, detail from desk_api.action_approve(array[%s])', :action), $$values ('refused', 'it is approved')$$, 'not twice');
select results_eq(format('select result from desk_api.action_confirm(array[%s], true, $$done in the panel$$, $$anna$$)', :action), $$values ('done')$$, 'confirm');
select is((select status from desk.resource where name = 'bad.example'), 'suspended', 'now it is suspended');
select set_eq($$select audience, sender, recipient from t.mails where kind = 'suspension'$$, $$values
    ('reseller', 'R', 'abuse@sub1.example'), ('customer', 'S1', 'c1@customer.example'), ('contact', 'R', 'owner@bad.example')$$, '... and the chain is told');
select is((select count(*) from t.mails where kind = 'outcome' and audience = 'complainant'), 6::bigint, '... and every complainant');
select is((select state || ' ' || outcome from desk."case" where resource = t.resource('bad.example')), 'closed suspended', '... and the case is closed');
select matches((select decided_by from desk.action where id = :action), '^anna \(', 'who approved is kept');
select results_eq($$select result, detail from desk_api.domain_suspend(array['BAD.example', 'none.example'])$$,
    $$values ('refused', 'already suspended'), ('refused', 'not ours')$$, 'an already suspended domain cannot be suspended again, and says so');
select t.crowd('bad.example', 2, p_from => 20);
select is((select state from desk."case" where resource = t.resource('bad.example')), 'closed', 'complaints about what is suspended reopen nothing');

-- reinstatement
select substring(detail from '[0-9]+') as back from desk_api.domain_reinstate(array['bad.example']) \gset
select results_eq(format('select result from desk_api.action_confirm(array[%s])', :back), $$values ('done')$$, 'reinstatement is confirmed');
select is((select status || counting from desk.resource where name = 'bad.example'), 'active0', 'counting begins anew');
select is((select complaints from desk.resource where name = 'bad.example'), 8, '... what was said is kept');
select is((select count(*) from t.mails where kind = 'reinstatement'), 3::bigint, '... the chain is told');
select t.crowd('bad.example', 5, p_now => '2026-04-01 10:00+00');
select is(t.proposed('bad.example'), 0::bigint, 'five of the same persons again: counted again, not above');
select is((select counting from desk.resource where name = 'bad.example'), 5, '... five');
select is((select state || repeat_offender from desk."case" where resource = t.resource('bad.example')), 'waitingtrue', 'the case is open again (warned, waiting), marked a repeat offender');
select t.crowd('bad.example', 1, p_from => 30, p_now => '2026-04-01 10:00+00');
select is(t.proposed('bad.example'), 1::bigint, 'the sixth since reinstatement: proposed');

-- rejection
select results_eq(format('select result from desk_api.action_reject(array(select id from desk.action where kind = %L and state = %L), %L)', 'suspend', 'proposed', 'known customer'), $$values ('done')$$, 'reject');
select t.crowd('bad.example', 1, p_from => 40, p_now => '2026-04-02 10:00+00');
select is(t.proposed('bad.example'), 0::bigint, 'what was rejected is not proposed again in the same case');

-- the hook
select desk_api.policy_set(null, 'enforce', 'hook');
select results_eq($$select result from desk_api.domain_suspend(array['hooked.example'], null, 'phishing kit')$$, $$values ('waiting')$$, 'a person suspends, the hook carries out');
select is((select count(*) from desk.hook where state = 'owed'), 1::bigint, 'one call is owed');
select id as hook, payload #>> '{data,domain}' as hooked, attempt from desk.hook_claim(10, '1 minute', now() + interval '1 minute') \gset
select is(:'hooked' || :'attempt', 'hooked.example1', 'it is claimed');
select is_empty($$select 1 from desk.hook_claim(10, '1 minute', now() + interval '1 minute')$$, '... once');
select isnt_empty($$select 1 from desk.hook_claim(10, '1 minute', now() + interval '1 hour')$$, '... and again when the lease ran out, with the same key');
select desk.hook_record(:hook, 'accepted', 202, 'working on it', now() + interval '1 minute');
select is((select status from desk.resource where name = 'hooked.example'), 'active', 'accepted is not done');
select desk_api.hook_result('act_' || (select action from desk.hook where id = :hook) || '_suspend', true, 'clientHold set');
select is((select status from desk.resource where name = 'hooked.example'), 'suspended', 'the result came later: suspended');
select isnt_empty($$select 1 from t.mails where kind = 'suspension' and context @> '{"domains": [{"name": "hooked.example"}]}'$$, '... and told');

select desk_api.domain_suspend(array['failed.example']);
select id as hook from desk.hook_claim(10, '1 minute', now() + interval '1 minute') \gset
select desk.hook_record(:hook, 'failed', 422, 'registry lock', null);
select is((select status from desk.resource where name = 'failed.example'), 'active', 'a hook that fails leaves the domain unsuspended');
select set_eq($$select audience, kind from t.mails where context @> '{"domains": [{"name": "failed.example"}]}'$$, $$values ('staff', 'failure')$$, '... says so to staff and to nobody else');
select desk_api.policy_set(null, 'enforce', 'person');

-- several domains suspended by one command: one mail for each recipient, which lists them
create function t.told(p_names text) returns table (mails bigint, listed text) language sql as $$
    select count(*), string_agg(distinct (select string_agg(d->>'name', ' ' order by d->>'name') from jsonb_array_elements(context->'domains') d), ' | ')
    from t.mails where kind = 'suspension' and exists (select from jsonb_array_elements(context->'domains') d where d->>'name' = any(string_to_array(p_names, ' '))) $$;
create function t.call(p_domain text, p_outcome text) returns void language sql as $$
    select desk.hook_record(h.id, p_outcome, 200, '', now() + interval '1 hour') from desk.hook h join desk.action a on a.id = h.action
    join desk.resource r on r.id = a.resource where r.name = p_domain $$;
select set_eq($$select result from desk_api.action_confirm(array(select substring(detail from '[0-9]+')::bigint
    from desk_api.domain_suspend(array['run1.example', 'run2.example', 'run3.example'], 'R', 'spam runs')))$$, $$values ('done')$$, 'three domains are suspended, and confirmed at once');
select results_eq($$select * from t.told('run1.example run2.example run3.example')$$, $$values (5::bigint, 'run1.example run2.example run3.example')$$,
    'the five of the chain have one mail each, which lists all three');
select results_eq($$select target, result from desk_api.action_confirm(array(select id from desk.action where resource = t.resource('run1.example') union all select id from desk.action where resource = t.resource('run1.example')))$$,
    $$select id::text, 'refused' from desk.action where resource = t.resource('run1.example')$$, 'confirmed twice is refused once');
select desk_api.policy_set(null, 'enforce', 'hook');
select desk_api.domain_suspend(array['run4.example', 'run5.example', 'run6.example'], 'R', 'spam runs', 'anna');
select count(*) from desk.hook_claim(10, '1 minute', now() + interval '1 minute');
select t.call('run4.example', 'done'), t.call('run5.example', 'done');
select is((select string_agg(status, ' ' order by name) from desk.resource where name in ('run4.example', 'run5.example', 'run6.example')), 'suspended suspended active', 'the provisioning system has done two of three');
select is((select mails from t.told('run4.example run5.example')), 0::bigint, '... and the chain is not told piece by piece');
select t.call('run6.example', 'done');
select results_eq($$select * from t.told('run4.example run5.example run6.example')$$, $$values (5::bigint, 'run4.example run5.example run6.example')$$, '... but of all three in one mail for each recipient');
select desk_api.domain_suspend(array['run7.example', 'run8.example', 'run9.example'], 'R', 'spam runs', 'berta');
select count(*) from desk.hook_claim(10, '1 minute', now() + interval '1 minute');
select t.call('run7.example', 'done'), t.call('run8.example', 'deferred');
select is((select mails from t.told('run7.example')), 0::bigint, 'one call is still to be made');
select t.call('run9.example', 'failed');
select results_eq($$select * from t.told('run7.example run8.example run9.example')$$, $$values (5::bigint, 'run7.example')$$, 'a call that failed and one that is tried later hold up nobody');
select count(*) from desk.hook_claim(10, '1 minute', now() + interval '2 hours');
select t.call('run8.example', 'done');
select results_eq($$select * from t.told('run8.example')$$, $$values (5::bigint, 'run8.example')$$, '... the later one is told when it has happened');
select is((select count(*) from desk.hook where state = 'done' and told_at is null), 0::bigint, 'nothing is left untold');
select desk_api.domain_reinstate(array['run1.example', 'run2.example'], 'R', 'cleaned', 'carla');
select count(*) from desk.hook_claim(10, '1 minute', now() + interval '1 minute');
select t.call('run1.example', 'done');
select is_empty($$select 1 from t.mails where kind = 'reinstatement' and context->>'reason' = 'cleaned'$$, 'a reinstatement waits for the other, too');
select desk.cancel_actions(array(select id from desk.action where resource = t.resource('run2.example') and kind = 'reinstate'), 'not yet', 'test', now());
select is((select count(*) from t.mails where kind = 'reinstatement' and context->>'reason' = 'cleaned'), 5::bigint, '... but not for one that nobody wants any more');
select desk_api.policy_set(null, 'enforce', 'person');

-- guards
select desk_api.policy_set(null, 'auto_suspend', 'yes');
select desk_api.domain_protect(array['guarded.example'], null, true, 'hospital');
select t.crowd('guarded.example', 6);
select is((select state from desk.action where resource = t.resource('guarded.example') and kind = 'suspend'), 'proposed', 'what is protected waits for a person');
select t.crowd('auto.example', 6);
select is((select state || automatic from desk.action where resource = t.resource('auto.example') and kind = 'suspend'), 'approvedtrue', 'auto: approved by policy');
select t.mail(t.report('alone.example', 'box' || n || '@mail' || n || '.angry.example')) from generate_series(1, 6) n;
select is((select state from desk.action where resource = t.resource('alone.example') and kind = 'suspend'), 'proposed', 'six addresses of one organisation: a person decides');
select t.mail(t.report('alone.example', 'box@calm.example')), t.mail(t.report('alone.example', 'box@wise.example'));
select is(desk.complaining_organisations(t.resource('alone.example')), 3::bigint, '... of one and two others');
select t.mail(t.report('three.example', v)) from unnest(array['a@one.example', 'b@one.example', 'c@one.example', 'd@two.example', 'e@two.example', 'f@three-mail.example']) v;
select is((select state from desk.action where resource = t.resource('three.example') and kind = 'suspend'), 'approved', 'three organisations: approved by policy');
select desk_api.policy_set('R', 'auto_daily_cap', '1');
select t.crowd('capped.example', 6);
select is((select state from desk.action where resource = t.resource('capped.example') and kind = 'suspend'), 'proposed', 'above the daily cap a person decides');
select desk_api.policy_set(null, 'auto_suspend', 'no');

-- withdrawal
select t.crowd('taken-back.example', 6);
select is(t.proposed('taken-back.example'), 1::bigint, 'proposed');
select is((select spamming from desk.party_figure where party = t.party('C1')) > 0, true, 'figures');
select desk_api.complaint_withdraw(array[(select min(id) from desk.complaint where resource = t.resource('taken-back.example'))], 'a mistake');
select is(t.proposed('taken-back.example'), 0::bigint, 'one withdrawn: the proposal falls');
select is((select complaints || ' ' || counting from desk.resource where name = 'taken-back.example'), '5 5', '... and the figures');
select is((select state from desk.outbox where kind = 'escalation' and context @> '{"domains": [{"name": "taken-back.example"}]}'), 'cancelled', '... and the escalation that had not left');
select desk_api.complaint_reject(array(select id from desk.complaint where resource = t.resource('taken-back.example') and state = 'standing'), 'campaign');
select is((select outcome from desk."case" where resource = t.resource('taken-back.example')), 'false-report', 'nobody complains any more: the case ends');
select is((select complaints from desk.resource where name = 'taken-back.example'), 0, '... and the figures are gone');
select t.mail(t.report('taken-back.example', 'person1@people1.example'));
select is((select counting from desk.resource where name = 'taken-back.example'), 0, 'a withdrawn complaint said again does not count');

-- shadow mode
select desk_api.policy_set('R', 'shadow', 'on');
select t.mail(t.report('shadow.example'));
select is((select string_agg(distinct state, ' ') from t.mails where context @> '{"domains": [{"name": "shadow.example"}]}'), 'shadow', 'shadow mode decides and sends nothing');
select is((select count(*) from desk.outbox_claim(1000, '1 minute', now() + interval '10 years') c where c.context @> '{"domains": [{"name": "shadow.example"}]}'), 0::bigint, '... indeed');

-- deletion is never automatic
select throws_ok($$select desk_api.ladder_set(null, 'registrar', 'abuse', 5, 'delete', 1, false)$$, '23514', null, 'deletion always waits for approval');
select throws_ok($$update desk.audit set who = 'x'$$, '42501', null, 'the audit is append-only');
select isnt_empty($$select 1 from desk.audit where what = 'suspend approved' and who like 'anna%'$$, '... and names the hand');
select * from finish();
rollback;
