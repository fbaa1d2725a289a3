-- What staff do: cases, policies, parties, people's data; lines by mail; a mail that cannot be decided.
begin;
\ir lib/fixture.psql
select plan(77);
update desk.party set left_at = now() where ref = 'T';
select t.domain(d, 'C2', 'registration', 'active', 'owner@' || d) from unnest(array['a.example', 'b.example', 'c.example', 'd.example', 'poison.example']) d;
create function t.case_of(p_domain text) returns bigint language sql as $$ select max(id) from desk."case" where resource = t.resource(p_domain) $$;

-- lines by mail
select t.mail(t.report(null, 'abuse@sub2.example', 'batch', p_more => '{"lines": [
    {"line": 1, "domain": "a.example", "complainant": "one@people.example", "error": null},
    {"line": 2, "domain": "www.a.example", "complainant": "two@people.example", "error": null},
    {"line": 3, "domain": "a.example", "complainant": "one@people.example", "error": null},
    {"line": 4, "domain": "side.example", "complainant": "one@people.example", "error": null},
    {"line": 5, "domain": null, "complainant": null, "error": "domain"}]}')) as batch \gset
select set_eq(format('select line, result, reason from desk.submitted(%s)', :batch), $$values (1, 'new', ''), (2, 'new', ''), (3, 'repeat', ''), (4, 'refused', 'not ours'), (5, 'refused', 'invalid domain')$$,
    'lines mailed by a reseller of the tree');
select is(t.ack(:batch), 'submission', 'a submission is answered by its summary');
select is((select recipient || ' ' || (context->>'new_count') || (context->>'repeat_count') || (context->>'refused_count') from t.mails where kind = 'summary'), 'abuse@sub2.example 212', '... which goes to the submitter');
select is((select context #>> '{lines,0,customer_name}' from t.mails where kind = 'summary'), 'Customer Two', '... with the figures');
select set_eq($$select recipient from t.mails where kind = 'acknowledgment'$$, $$values ('one@people.example'), ('two@people.example')$$, 'the complainants he vouches for are answered');
select is((select count(*) from t.mails where kind = 'warning' and audience = 'customer'), 1::bigint, 'and the chain is warned once');
select t.domain('side.example', 'CX');
select t.mail(t.report(null, 'abuse@sub2.example', 'batch', p_more => '{"lines": [{"line": 1, "domain": "side.example", "complainant": "x@people.example", "error": null}]}')) as beside \gset
select results_eq(format('select result, reason from desk.submitted(%s)', :beside), $$values ('refused', 'not in your tree')$$, 'a reseller submits for his own subtree only');
select t.mail(t.report(null, 'abuse@sub2.example', 'batch', p_auth => 'fail', p_more => '{"lines": [{"line": 1, "domain": "b.example", "complainant": "x@people.example", "error": null}]}')) as forged \gset
select results_eq(format('select result, reason from desk.submitted(%s)', :forged), $$values ('refused', 'not a submitter')$$, 'a forged sender submits nothing');
select desk_api.policy_set('R', 'submitters', 'Anna@staff.example, bert@staff.example');
select t.mail(t.report(null, 'anna@staff.example', 'batch', p_more => '{"lines": [{"line": 1, "domain": "side.example", "complainant": "y@people.example", "error": null}]}')) as staff \gset
select results_eq(format('select result from desk.submitted(%s)', :staff), $$values ('new')$$, 'a staff address submits for the whole desk');

-- figures seen from a submission are the same as from a mail
select is((select complaints from desk.resource where name = 'a.example'), 2, 'figures');

-- cases
select t.mail(t.report('b.example', 'b@people.example')), t.mail(t.report('c.example', 'c@people.example'));
select results_eq(format('select result from desk_api.case_assign(array[%s], %L, %L)', t.case_of('b.example'), 'anna', 'bert'), $$values ('done')$$, 'assign');
select is((select assigned_to from desk."case" where id = t.case_of('b.example')), 'anna', '... to anna');
select results_eq($$select result, detail from desk_api.case_assign(array[987654321], 'anna')$$, $$values ('refused', 'no such case')$$, 'no such case');
select desk_api.case_note(array[t.case_of('b.example')], 'called him', 'anna');
select is((select text from desk.case_note where "case" = t.case_of('b.example')), 'called him', 'note');
select results_eq(format('select result, detail from desk_api.case_reply(%s, %L, %L, %L)', t.case_of('b.example'), 'customer', 'Please call us.', 'anna'), $$values ('done', '1 mail owed')$$, 'reply to the customer');
select is((select sender || ' ' || recipient || ' ' || (context->>'text') from t.mails where kind = 'reply'), 'R c2@customer.example Please call us.', '... in a person''s words');
select results_eq(format('select result from desk_api.case_reply(%s, %L, %L)', t.case_of('b.example'), 'complainant', 'Thank you.'), $$values ('done')$$, 'reply to the complainant');
select is((select context #>> '{domains,0,customer}' from t.mails where kind = 'reply' and audience = 'complainant'), '', '... which does not name the customer');
select results_eq(format('select result from desk_api.case_reply(%s, %L, %L)', t.case_of('b.example'), 'reseller', 'Please look.'), $$values ('done')$$, 'reply to the immediate reseller');
select is((select recipient from t.mails where kind = 'reply' and audience = 'reseller'), 'abuse@sub2.example', '... and to him only');
select throws_ok(format('select desk_api.case_reply(%s, %L, %L)', t.case_of('b.example'), 'everybody', 'x'), '22023', null, 'nobody else');
select results_eq(format('select result from desk_api.case_merge(array[%s], %s)', t.case_of('c.example'), t.case_of('b.example')), $$values ('done')$$, 'merge');
select is((select state || merged_into from desk."case" where id = t.case_of('c.example')), 'closed' || t.case_of('b.example'), '... closes the one');
select is((select count(*) from desk.complaint where "case" = t.case_of('b.example')), 3::bigint, '... its complaints go to the other');
select results_eq(format('select result, detail from desk_api.case_merge(array[%s], %s)', t.case_of('b.example'), t.case_of('b.example')), $$values ('refused', 'it is the same case')$$, 'not into itself');
select results_eq(format('select result from desk_api.case_ignore(array[%s], %L)', t.case_of('b.example'), 'nonsense'), $$values ('done')$$, 'ignore');
select is((select outcome || ' ' || note from desk."case" where id = t.case_of('b.example')), 'no-action nonsense', '... with the reason');
select results_eq(format('select result, detail from desk_api.case_snooze(array[%s], now())', t.case_of('b.example')), $$values ('refused', 'it is closed')$$, 'a closed case is not snoozed');
select results_eq(format('select result from desk_api.case_reopen(array[%s])', t.case_of('b.example')), $$values ('done')$$, 'reopen');
select results_eq(format('select result, detail from desk_api.case_reopen(array[%s])', t.case_of('b.example')), $$values ('refused', 'it is not closed')$$, '... once');
select is((select count(*) from desk.audit where "case" = t.case_of('b.example') and what = 'reopened'), 1::bigint, '... and what was refused is not in the audit');
select throws_ok(format('select desk_api.case_close(array[%s], %L)', t.case_of('b.example'), 'dunno'), '22023', null, 'an outcome is one of five');
select results_eq(format('select result from desk_api.case_close(array[%s], %L, %L, true)', t.case_of('b.example'), 'resolved', 'site cleaned'), $$values ('done')$$, 'close and tell');
select is((select count(*) from t.mails where kind = 'outcome' and recipient = 'b@people.example'), 1::bigint, '... the complainant who was answered');

-- warning by hand
select results_eq($$select target, result from desk_api.domain_warn(array['d.example', 'b.example', 'nix.example'])$$, $$values ('b.example', 'done'), ('d.example', 'done'), ('nix.example', 'refused')$$, 'warn by hand');
select is((select count(*) from t.mails where kind = 'warning' and recipient = 'c2@customer.example' and context @> '{"domains": [{"name": "b.example"}, {"name": "d.example"}]}'), 1::bigint, '... one mail with both domains');
select results_eq($$select result, detail from desk_api.domain_warn(array['d.example'])$$, $$values ('refused', 'already warned')$$, '... once per case and step');

-- policies
select throws_ok($$select desk_api.policy_set('R', 'suspend_abve', '3')$$, '22023', 'there is no policy "suspend_abve"; did you mean "suspend_above"?', 'an unknown policy is an error');
select throws_ok($$select desk_api.policy_set('R', 'suspend_above', 'many')$$, '22023', null, 'so is a wrong value');
select throws_ok($$select desk_api.policy_set(null, 'suspend_above', null)$$, '22023', null, 'so is a default taken away');
select throws_ok($$select desk_api.policy_set('R', 'pause_days', '4')$$, '22023', null, 'an answer pauses for three days at most');
select desk_api.policy_set('R', 'suspend_above', '9'), desk_api.policy_set('S1', 'suspend_above', '2');
select is(array[desk.policy_number(t.party('CR'), 'suspend_above'), desk.policy_number(t.party('C3'), 'suspend_above'), desk.policy_number(t.party('T'), 'suspend_above')], array[9, 2, 5]::bigint[], 'policies are inherited from the nearest');
select t.crowd('d.example', 3);
select is(t.proposed('d.example'), 1::bigint, '... and hold: 3 are more than 2');
select desk_api.policy_set('S1', 'suspend_above', null);
select is(desk.policy_number(t.party('C3'), 'suspend_above'), 9::bigint, 'unset: inherited again');
select desk_api.ladder_set('S1', 'registrar', 'abuse', 1, 'inform', 0, false, 'article 7.2');
select is((select action || ' ' || ground from desk.ladder_step(t.party('C3'), 'registrar', 'abuse', 1)), 'inform article 7.2', 'a ladder of its own');
select is_empty($$select * from desk.ladder_step(t.party('C3'), 'registrar', 'abuse', 2)$$, '... replaces the inherited one whole');
select desk_api.ladder_set('S1', 'registrar', 'abuse', 1, null);
select is((select action from desk.ladder_step(t.party('C3'), 'registrar', 'abuse', 1)), 'warn', '... removed: inherited again');
select desk_api.ladder_set(null, 'registrar', 'abuse', 1, 'warn', p_ground => 'article 5');
select is((select concat_ws(' ', action, delay_days, approval, ground) from desk.ladder_step(t.party('CX'), 'registrar', 'abuse', 1)), 'warn 0 f article 5', 'who sets the ground of a warning does not want to approve each');
select desk_api.ladder_set(null, 'registrar', 'abuse', 1, 'warn', 2);
select is((select concat_ws(' ', action, delay_days, approval, ground) from desk.ladder_step(t.party('CX'), 'registrar', 'abuse', 1)), 'warn 2 f article 5', '... who sets the delay keeps the ground');
select desk_api.ladder_set(null, 'registrar', 'abuse', 1, 'warn', 0, p_ground => '');
select is((select ground from desk.ladder_step(t.party('CX'), 'registrar', 'abuse', 1)), null, '... and may take it away');
select desk_api.ladder_set(null, 'dns', 'abuse', 4, 'suspend', 2);
select desk_api.ladder_set(null, 'hosting', 'abuse', 1, 'warn', p_approval => true);
select t.domain('asked.example', 'CX', 'hosting');
select t.mail(t.report('asked.example', 'asker@asked.example'));
select is((select state from desk.action where resource = t.resource('asked.example')), 'proposed', 'a warning that waits for approval');
select is((select context->>'proposed_other' from t.mails where kind = 'escalation' and context @> '{"domains": [{"name": "asked.example"}]}'), 'true', '... has a subject for staff, too');
select desk_api.ladder_set(null, 'hosting', 'abuse', 1, 'warn', p_approval => false);
select is((select approval from desk.ladder_step(t.party('CX'), 'dns', 'abuse', 4)), true, 'what takes something away waits for approval unless it is said otherwise');
select is((select detail from desk_api.ladder_set('SX', 'hosting', 'abuse', 1, 'warn')), 'warn; the inherited steps of this ladder (2) no longer hold here', 'a first step of its own replaces the ladder, and says so');
select desk_api.ladder_set('SX', 'hosting', 'abuse', 1, null);
select throws_ok($$select desk_api.ladder_set(null, 'registar', 'abuse', 1, 'warn')$$, '22023', 'relation: "registar" is none of registrar, mail-redirection, web-redirection, dns, hosting, sending, whois; did you mean "registrar"?', 'a relation mistyped');
select throws_ok($$select desk_api.ladder_set(null, 'registrar', 'abuse', 1, 'wran')$$, '22023', null, '... an action');
select throws_ok($$select desk_api.ladder_set(null, 'registrar', 'abuse', 99, 'warn')$$, '22023', 'step 99: from 1 to 20', '... a step');
select throws_ok($$select desk_api.policy_set(null, 'suspend_above', 'many')$$, '22023', '"many" is no value for policy suspend_above: a number', '... and its value');
select desk_api.policy_set('R', 'registrar_inform_only', 'yes');
select t.domain('told.example', 'CX');
select t.crowd('told.example', 12);
select set_eq($$select distinct kind from t.mails where context @> '{"domains": [{"name": "told.example"}]}' and audience <> 'complainant'$$, $$values ('inform')$$, 'registrar-only: inform, propose nothing');

-- parties
select desk_api.party_set('C2', 'language', 'fr'), desk_api.party_set('S2', 'brand', 'Second Brand'), desk_api.party_set('S2', 'signature', 'Your Second Team');
select is((select language || ' ' || brand from desk.party_voice(t.party('C2'))), 'fr Second Brand', 'language and brand are inherited');
select is((select language from desk.party_voice(t.party('S2'))), 'en', '... not upwards');
select is((select signature from desk.party_voice(t.party('S2'))), 'Your Second Team', 'a signature of its own');
select throws_ok($$select desk_api.party_set('S2', 'abuse_email', 'nonsense')$$, '22023', null, 'an address is an address');
select throws_ok($$select desk_api.party_set('S2', 'timezone', 'Mars/Base')$$, '22023', null, 'a time zone is a time zone');
select throws_ok($$select desk_api.party_set('nobody', 'name', 'x')$$, 'P0002', 'there is no party "nobody"', 'a party must be there');
select throws_ok($$select desk_api.party_set('S2', 'sending', 'onbehalf')$$, '22023', 'sending: "onbehalf" is none of own, on-behalf; did you mean "on-behalf"?', 'a word mistyped');
select throws_ok($$select desk_api.case_note(array[1], '  ')$$, '22023', 'a note needs a text', 'a note needs a text');

-- people's data
select is((desk_api.privacy_export('One@people.example')::jsonb #>> '{complaints,0,domain}'), 'a.example', 'export');
select desk_api.privacy_erase('one@people.example');
select is_empty($$select 1 from desk.complaint where complainant = 'one@people.example' union all select 1 from desk.outbox where recipient = 'one@people.example'
    union all select 1 from desk.message where report::text like '%one@people.example%'$$, 'erased everywhere');
select results_eq($$select result from t.lines('a.example,one@people.example')$$, $$values ('repeat')$$, '... but one complaint stays one');

-- a mail whose decision fails stands aside; the others do not wait for it
create function t.poison() returns trigger language plpgsql as $$
begin
    if new.resource = t.resource('poison.example') then
        raise exception 'poison' using errcode = 'data_exception';
    end if;
    return new;
end $$;
grant usage on schema t to complaint_owner;
create trigger poison before insert on desk.complaint for each row execute function t.poison();
select t.mail(t.report('poison.example', 'bad@people.example'), p_decide => false) as bad, t.mail(t.report('side.example', 'good@people.example'), p_decide => false) as good \gset
select lives_ok($$select * from desk.decide('2026-03-01 10:00+00')$$, 'decide survives it');
select is(t.ack(:bad) || ' ' || t.ack(:good), 'undecidable acknowledged', 'the guilty one stands aside, the other is decided');
select is((select detail->>'error' from desk.audit where message = :bad), 'poison', '... with the error in the audit');
select is_empty('select 1 from desk.undecided', '... and the queue is empty');
select is((select reason from dashboard.quarantine where message = :bad), 'undecidable', '... and it lies where staff look');
select desk.owe_digests('2026-03-02 12:00+00');
select is((select context #>> '{mails,0,reference}' || ' ' || (context #>> '{mails,0,reason}') from desk.outbox where kind = 'quarantine'), 'M-' || :bad || ' undecidable', '... of which the next day''s list tells');
select is((select (context->>'has_undecidable') || ' ' || (context->>'has_quarantined') from desk.outbox where kind = 'quarantine'), 'true false', '... and that it is not in the folder for quarantined mails');
select * from finish();
rollback;
