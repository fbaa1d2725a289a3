-- Hosts, identifiers and volumes, as staff enter them.
begin;
\ir lib/fixture.psql
select plan(13);
update desk.party set left_at = now() where ref = 'T';
select t.domain('redirected.example', 'C1', 'registration mail-redirection');
select results_eq($$select result, detail from desk_api.host_add(array['Redir1.Registrar.example.'], 'mail-redirection', 'R')$$, $$values ('done', 'added')$$, 'a host');
select is((select role from desk.resource where name = 'redir1.registrar.example'), 'mail-redirection', '... in lower case');
select throws_ok($$select desk_api.host_add(array['x.registrar.example'], 'toaster', 'R')$$, '23514', null, 'a role is one of four');
select results_eq($$select detail from desk_api.identifier_add(array['mail.brand.example'], 'dkim', 'C1')$$, $$values ('added')$$, 'an identifier');
select t.mail(t.report('brand.example', p_evidence => 'dkim', p_host => 'mail.brand.example')) as m \gset
select is((select relation from desk.incident where message = :m), 'sending', '... names its customer');
select results_eq($$select detail from desk_api.identifier_add(array['mail.brand.example'], 'dkim', 'CX')$$, $$values ('changed hands')$$, 'it changes hands');
select is((select outcome from desk."case" where party = t.party('C1') and resource is null), null, 'a customer''s case is not about one identifier');
select results_eq($$select result from desk_api.inventory_remove('identifier', array['mail.brand.example'])$$, $$values ('done')$$, 'removed');
select results_eq($$select detail from desk_api.inventory_remove('host', array['nix.registrar.example'])$$, $$values ('no such host')$$, 'what is not there');
select t.mail(t.report('redirected.example', p_evidence => 'reply-to'));
select results_eq($$select result, detail from desk_api.redirection_volume_set('[{"domain": "redirected.example", "day": "2026-03-01", "mails": 400}, {"domain": "nix.example", "day": "2026-03-01", "mails": 4}]', 'anna', '2026-03-02 10:00+00')$$,
    $$values ('refused', 'not ours'), ('done', '2026-03-01: 400')$$, 'volumes');
select is(t.proposed('redirected.example', 'stop-redirection'), 1::bigint, '... lead to the proposal at once');
select is((select who from desk.audit where what = 'redirection volumes set'), 'anna (' || session_user || ')', '... and stand in the audit with who brought them');
select desk_api.redirection_volume_set('[{"domain": "redirected.example", "day": "2026-03-01", "mails": 400}]', null, '2026-03-02 10:00+00');
select is(t.proposed('redirected.example', 'stop-redirection'), 1::bigint, '... once');
select * from finish();
rollback;
