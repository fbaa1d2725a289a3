-- Ladders, deadlines and lines in odd orders.
begin;
\ir lib/fixture.psql
select plan(32);
update desk.party set left_at = now() where ref = 'T';
select t.domain(d, 'C1', 'registration', 'active', 'owner@' || d) from unnest(array['down.example', 'late.example', 'deleted.example', 'asleep.example', 'own.example']) d;
create function t.case_of(p_domain text, p_track text default 'abuse') returns bigint language sql as $$
    select max(c.id) from desk."case" c join desk.resource r on r.id = c.resource where r.name = p_domain and c.track = p_track $$;
create function t.whois(p_domain text, p_now timestamptz, p_evidence text default 'typed') returns bigint language sql as $$
    select t.mail(t.report(p_domain, md5(p_now::text) || '@people.example', p_category => 'whois', p_evidence => 'typed', p_provenance => 'typed',
        p_incident => case p_evidence when 'unsaid' then '{}' else '{"claim": {"field": "name", "why": "Mickey Mouse"}}'::jsonb end), 'R', p_now) $$;

-- a domain that is down in the middle of an inquiry, and comes back
select t.whois('down.example', '2026-03-01 10:00+00');
select t.case_of('down.example', 'whois') as c \gset
select is((select step || ' ' || due_at from desk."case" where id = :c), '1 2026-03-07 00:00:00+00', 'an inquiry, the second in five days');
select desk_api.domain_suspend(array['down.example'], p_now => '2026-03-02 10:00+00');
select count(*) from desk_api.action_confirm(array(select id from desk.action where kind = 'suspend' and state = 'approved'), p_now => '2026-03-02 11:00+00');
select desk.decide('2026-03-07 10:00+00');
select is((select step || ' ' || note from desk."case" where id = :c), '1 already-suspended', 'suspended for something else: no second one, and no step is lost');
select desk_api.domain_reinstate(array['down.example'], p_now => '2026-03-10 10:00+00');
select count(*) from desk_api.action_confirm(array(select id from desk.action where kind = 'reinstate' and state = 'approved'), p_now => '2026-03-10 11:00+00');
select is((select due_at::text || coalesce(note, '') from desk."case" where id = :c), '2026-03-12 00:00:00+00', 'reinstated: the inquiry goes on, with a day to breathe');
select desk.decide('2026-03-12 00:00+00');
select is((select step from desk."case" where id = :c), 2, '... where it stood');

-- the 15 days begin with the first inquiry, not with a complaint that said nothing
select t.whois('late.example', '2026-03-01 10:00+00', 'unsaid');
select t.whois('late.example', '2026-03-21 10:00+00');
select is((select context->>'deadline' from t.mails where kind = 'whois-inquiry' and audience = 'customer' and context @> '{"domains": [{"name": "late.example"}]}'), '2026-04-05', '15 days from the inquiry on');
select desk.decide(d) from generate_series('2026-03-22 00:00+00'::timestamptz, '2026-04-05 23:00+00', '6 hours') d;
select is(t.proposed('late.example'), 0::bigint, '... nothing is proposed before');
select is((select count(distinct context->>'deadline') from t.mails where kind = 'whois-inquiry' and audience = 'customer' and context @> '{"domains": [{"name": "late.example"}]}'), 1::bigint, '... and the reminders name the same day');
select desk.decide('2026-04-06 00:00+00');
select is(t.proposed('late.example'), 1::bigint, '... then it is');

-- deleted while it was being suspended
select desk_api.domain_suspend(array['deleted.example'], p_now => '2026-03-02 10:00+00');
select id as suspend from desk.action where resource = t.resource('deleted.example') \gset
update desk.resource set status = 'deleted' where name = 'deleted.example';
select count(*) from desk_api.action_confirm(array[:suspend], p_now => '2026-03-02 11:00+00');
select is((select status from desk.resource where name = 'deleted.example'), 'deleted', 'what has been deleted meanwhile stays deleted');

-- who sleeps is not overdue
select t.mail(t.report('asleep.example', 'a@people.example'), 'R', '2026-03-01 10:00+00');
select desk_api.case_snooze(array[t.case_of('asleep.example')], '2027-12-31 00:00+00', 'anna', '2026-03-02 10:00+00');
update desk."case" set due_at = '2026-03-05 00:00+00' where id = t.case_of('asleep.example');
update desk."case" set due_at = null where id <> t.case_of('asleep.example');
select is((select deadlines_overdue from desk_api.health('2026-03-10 10:00+00')), 0::bigint, 'a snoozed case is not overdue for monitoring');
select is((desk.digest_figures(t.party('R'), '2026-03-09', '2026-03-10 10:00+00')->>'figure_overdue')::int, 0, '... nor in the digest');
update desk."case" set snoozed_until = '2026-03-09 00:00+00' where id = t.case_of('asleep.example');
select is((select deadlines_overdue from desk_api.health('2026-03-10 10:00+00')), 1::bigint, '... awake it is');
select is((desk.digest_figures(t.party('R'), '2026-03-09', '2026-03-10 10:00+00')->>'figure_overdue')::int, 1, '... there, too');
select is((select overdue from dashboard.queue where "case" = t.case_of('asleep.example')), true, '... and in the queue');
update desk."case" set paused_until = 'infinity' where id = t.case_of('asleep.example');
select is((select overdue from dashboard.queue where "case" = t.case_of('asleep.example')), false, 'one that an answer paused is not');

-- what comes next is what will come
select desk_api.ladder_set('S1', 'registrar', 'abuse', 1, 'warn', 0, false);
select t.mail(t.report('own.example', 'a@people.example'), 'R', '2026-03-01 10:00+00');
update desk."case" set due_at = '2026-03-05 00:00+00' where id = t.case_of('own.example');
select is((select next from dashboard.deadlines where "case" = t.case_of('own.example')), null, 'a ladder of one step ends with it, whatever the inherited one says');
select desk_api.ladder_set('S1', 'registrar', 'abuse', 1, null);
select is((select next from dashboard.deadlines where "case" = t.case_of('own.example')), 'remind', '... without it the inherited one holds');

select results_eq($$select result, detail from desk_api.ladder_set(null, 'registrar', 'abuse', 2, null)$$, $$values ('refused', 'step 3 would never be reached: remove the last step first')$$, 'no gap in a ladder: what stands above it would never come');
select results_eq($$select result, detail from desk_api.ladder_set('S1', 'registrar', 'abuse', 2, 'suspend', 3)$$, $$values ('refused', 'step 2 would never be reached: there is no step 1 here')$$, '... nor one that begins in the air');

-- one case whose step fails stands aside; the others, and all mails, go on
select t.domain('poison.example', 'CX'), t.domain('fine.example', 'CX');
select t.mail(t.report('poison.example', 'a@people.example'), 'R', '2026-05-01 10:00+00'), t.mail(t.report('fine.example', 'a@people.example'), 'R', '2026-05-01 10:00+00');
create function t.poison() returns trigger language plpgsql as $$
begin
    if new.resource = t.resource('poison.example') and new.kind = 'remind' then
        raise exception 'poison' using errcode = 'data_exception';
    end if;
    return new;
end $$;
grant usage on schema t to complaint_owner;
create trigger poison before insert on desk.action for each row execute function t.poison();
select t.mail(t.report('fine.example', 'b@people.example'), 'R', '2026-05-05 10:00+00', false) as waiting \gset
select lives_ok($$select * from desk.decide('2026-05-05 10:00+00')$$, 'decide survives a step that fails');
select is((select note || ' ' || (due_at is null) from desk."case" where id = t.case_of('poison.example')), 'step-failed true', '... it stands aside');
select is((select detail->>'error' from desk.audit where "case" = t.case_of('poison.example') and what = 'step could not be taken'), 'poison', '... with the error in the audit');
select isnt_empty($$select from t.mails where kind = 'reminder' and audience = 'customer' and context @> '{"domains": [{"name": "fine.example"}]}'$$, '... the others take theirs');
select is(t.ack(:waiting), 'acknowledged', '... and mails are decided');

-- lines
select throws_ok($$select * from desk.submit(t.party('R'), 'anna', '[{"line": 1, "domain": "fine.example", "complainant": "x@people.example"}, {"line": 1, "domain": "own.example", "complainant": "y@people.example"}]')$$,
    '22023', null, 'two lines of one number: whose complaint would it be');
select results_eq($$select line, result from desk.submit(t.party('R'), 'anna', '[{"domain": "fine.example", "complainant": "x@people.example"}, 7, null, {"domain": {"a": 1}, "complainant": ["x"]}]', '2026-05-06 10:00+00')$$,
    $$values (1, 'new'), (2, 'refused'), (3, 'refused'), (4, 'refused')$$, 'what is no line is refused as one');

-- one person
select is(desk.address_person(a), p, a || ' is ' || p) from (values ('J.O.E+x@GoogleMail.com', 'joe@gmail.com'), ('j-o_e.x+1@protonmail.com', 'joex@proton.me'), ('j.oe@ya.ru', 'j-oe@yandex.ru'),
    ('joe-shop@yahoo.co.uk', 'joe@yahoo.co.uk'), ('j.o-e+x@people.example', 'j.o-e@people.example')) v(a, p);
select is(desk.address_person('joe@notproton.me'), 'joe@notproton.me', 'no other domain');
select * from finish();
rollback;
