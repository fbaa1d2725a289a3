-- Words that come late, twice or at the wrong moment: from the provisioning system and from robots.
begin;
\ir lib/fixture.psql
select plan(22);
update desk.party set left_at = now() where ref = 'T';
select t.domain(d, 'C1') from unnest(array['spam.example', 'hooked.example', 'twice.example', 'anew.example', 'gone.example']) d;

-- calls
select desk_api.policy_set(null, 'enforce', 'hook');
create function t.call(p_domain text) returns bigint language plpgsql as $$
begin
    perform desk_api.domain_suspend(array[p_domain], p_now => '2026-03-01 11:00+00');
    perform desk.hook_claim(10, '1 minute', '2026-03-01 11:00+00');
    return (select max(h.id) from desk.hook h join desk.action a on a.id = h.action where a.resource = t.resource(p_domain));
end $$;
create function t.how(p_domain text) returns text language sql as $$
    select r.status || ' ' || (select a.state from desk.action a where a.resource = r.id and a.kind = 'suspend' order by a.id limit 1) from desk.resource r where r.name = p_domain and r.ended_at is null $$;
select t.call('hooked.example') as hook \gset
select count(*) from desk.hook_claim(10, '1 minute', '2026-03-01 11:02+00'); -- the lease ran out: a second attempt
select desk.hook_record(:hook, 'failed', 500, 'busy', null, '2026-03-01 11:02+00');
select is(t.how('hooked.example'), 'active failed', 'the first attempt failed');
select desk.hook_record(:hook, 'done', 200, 'held', null, '2026-03-01 11:03+00');
select is(t.how('hooked.example'), 'suspended done', '... the second one was carried out, and that is what has happened');
select is((select count(*) from t.mails where kind = 'suspension' and audience = 'customer' and context @> '{"domains": [{"name": "hooked.example"}]}'), 1::bigint, '... and told');
select desk.hook_record(:hook, 'done', 200, 'held', null, '2026-03-01 11:04+00');
select is((select count(*) from t.mails where kind = 'suspension' and audience = 'customer' and context @> '{"domains": [{"name": "hooked.example"}]}'), 1::bigint, '... once');
select t.call('twice.example') as hook \gset
select desk.hook_record(:hook, 'failed', null, 'nobody answered for a day', null, '2026-03-01 12:00+00');
select desk_api.hook_result((select idempotency_key from desk.hook where id = :hook), true, 'held at last', '2026-03-02 12:00+00');
select is(t.how('twice.example'), 'suspended done', 'a result that comes after we gave up is one');
select throws_ok(format($$select desk_api.hook_result(%L, true, 'again')$$, (select idempotency_key from desk.hook where id = :hook)), 'P0002', null, '... the second time it is not');
select t.call('anew.example') as hook \gset
select desk.hook_record(:hook, 'failed', 422, 'lock', null, '2026-03-01 12:00+00');
select t.call('anew.example') as again \gset
select desk_api.hook_result((select idempotency_key from desk.hook where id = :hook), true, 'done after all', '2026-03-01 13:00+00');
select is((select a.state from desk.action a join desk.hook h on h.action = a.id where h.id = :again), 'executing', 'staff have begun anew: what they began holds');
select t.call('gone.example') as hook \gset
select desk.resource_left(array[t.resource('gone.example')], 'left', 'import', '2026-03-01 12:00+00');
select desk.hook_record(:hook, 'done', 200, 'held', null, '2026-03-01 12:01+00');
select is(t.how('gone.example'), 'active cancelled', 'what was cancelled because the domain left stays so');

-- what failed is tried again, as the mail to staff says
select t.domain('again.example', 'C1');
select t.call('again.example') as hook \gset
select desk.hook_record(:hook, 'failed', 422, 'lock', null, '2026-03-01 12:00+00');
select action as again, idempotency_key as former from desk.hook where id = :hook \gset
select results_eq(format('select result from desk_api.action_approve(array[%s], null, $$anna$$, $$2026-03-01 13:00+00$$)', :again), $$values ('done')$$, 'a failed action is approved again');
select is((select count(*) from desk.hook_claim(10, '1 minute', '2026-03-01 13:00+00') where idempotency_key <> :'former' and idempotency_key like 'act_' || :again || '_suspend%'), 1::bigint, '... and called again, under another key');
select desk.hook_record(:hook, 'done', 200, 'held', null, '2026-03-01 13:01+00');
select is(t.how('again.example'), 'suspended done', '... with success');
select t.domain('other.example', 'C1');
select t.call('other.example') as hook \gset
select desk.hook_record(:hook, 'failed', 422, 'lock', null, '2026-03-01 12:00+00');
select count(*) from desk_api.domain_suspend(array['other.example'], p_now => '2026-03-01 12:01+00');
select results_eq(format('select result, detail from desk_api.action_approve(array[%s])', (select action from desk.hook where id = :hook)), $$values ('refused', 'another is under way')$$, '... unless another is under way');

-- protected after it was approved by itself
select desk_api.policy_set(null, 'auto_suspend', 'yes'), desk_api.policy_set(null, 'auto_pause', 'yes');
select t.domain('clinic.example', 'C1');
select t.crowd('clinic.example', 6);
select is(t.how('clinic.example'), 'active approved', 'suspended by itself, soon');
select desk_api.domain_protect(array['clinic.example'], null, true, 'a clinic');
select is(t.how('clinic.example'), 'active proposed', 'protected: it waits for a person after all');
select is_empty($$select from desk.hook_claim(10, '1 minute', '2026-12-01 10:00+00') where payload #>> '{data,domain}' = 'clinic.example'$$, '... and is not called');
select desk_api.action_approve(array(select id from desk.action where resource = t.resource('clinic.example') and kind = 'suspend'), null, 'anna', '2026-12-01 10:01+00');
select isnt_empty($$select from desk.hook_claim(10, '1 minute', '2026-12-01 10:01+00') where payload #>> '{data,domain}' = 'clinic.example'$$, '... unless he says so');
create function t.pause(p_party text) returns text language plpgsql as $$
declare
    v_id bigint;
begin
    insert into desk.action (party, desk, kind, state, reason, created_at) values (t.party(p_party), t.party('R'), 'pause', 'proposed', 'a rate', '2026-03-01 10:00+00') returning id into v_id;
    perform desk.wait_for_approval(array[v_id], nextval('desk.run'), '2026-03-01 10:00+00');
    return (select state from desk.action where id = v_id);
end $$;
select is(t.pause('C2'), 'approved', 'a pause by itself');
select is(t.pause('C1'), 'proposed', '... not of who has something protected');

-- two robots, whatever the field looks like
insert into desk.reporter (address, ack_rule) values ('@machine.example', 'always');
select is(t.ack(t.mail(t.report('spam.example', 'r' || n || '@machine.example', p_mail => jsonb_build_object('auto_submitted', v)))), 'automatic', 'Auto-Submitted: ' || v)
    from unnest(array[' auto-replied', 'auto-replied ; x=y', 'Auto-Replied (by a robot)']) with ordinality u(v, n);
-- bounces that answer nothing of ours are kept once, by one statement
select t.mail(t.report(null, 'mailer-daemon@other.example', 'bounce', p_more => '{"disposition": "not-complaint", "deliveries": [{"recipient": "x@other.example", "action": "failed", "status": "5.1.1", "diagnostic": "550 user unknown"}]}'));
select is((select class || ' ' || recipient from desk.bounce), 'invalid-address x@other.example', 'a bounce without our token');
select * from finish();
rollback;
