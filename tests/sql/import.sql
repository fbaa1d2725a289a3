-- Import: all or nothing, what changed, who left, what becomes of the cases of a domain that changes hands.
begin;
\ir lib/fixture.psql
select plan(59);
update desk.party set left_at = now() where ref = 'T';

-- One import of domains: rows "name customer status created".
create function t.import(p_rows text[], p_complete boolean default false, p_now timestamptz default '2026-03-01 12:00+00')
returns table (what text, line int, col text, detail text) language plpgsql as $$
begin
    perform desk.import_begin('domains');
    insert into import_stage (line, name, customer, status, created)
    select n + 1, nullif(split_part(r, ' ', 1), ''), nullif(split_part(r, ' ', 2), ''), nullif(split_part(r, ' ', 3), ''), nullif(split_part(r, ' ', 4), '')
    from unnest(p_rows) with ordinality u(r, n);
    return query select * from desk.import_finish('domains', false, p_complete, p_now);
    drop table if exists import_stage, import_error, import_row;
end
$$;
create function t.says(p_rows text[], p_complete boolean default false) returns text language sql as $$
    select string_agg(concat_ws(' ', what, line, col, detail), '; ' order by line nulls last, what, col) from t.import(p_rows, p_complete) $$;

select is(t.says('{a.example C1,b.example C1 suspended,c.example C2 active 2020-01-02}'), 'added 3', 'three new ones');
select is((select status from desk.resource where name = 'a.example'), 'active', 'the default is active');
select is((select services from desk.resource where name = 'a.example'), '{registration}', '... and registered through us');
select is((select registered_at from desk.resource where name = 'c.example'), '2020-01-02 00:00+00', 'theirs since it was created');
select is((select domains || ' ' || suspended from desk.party_figure where party = t.party('R')), '3 1', 'the figures of the root follow');
select is(t.says('{a.example C1,b.example C1 suspended,c.example C2 active 2020-01-02}'), 'unchanged 3', 'the same again changes nothing');

-- what is wrong
select is(t.says('{x.example NOBODY}'), 'error 2 customer "NOBODY" is not known: import parties first', 'an unknown customer');
select is(t.says('{x.example S1}'), 'error 2 customer "S1" is a reseller, not a customer', 'a reseller');
select is(t.says('{x.example C1 gone}'), 'error 2 status "gone" is none of active, suspended, deleted', 'an unknown status');
select is(t.says('{x.example C1 active 2026-02-30}'), 'error 2 created "2026-02-30" is no date (2026-03-01)', 'a day that is none');
select is(t.says('{x.example C1,y.example C1,x.example C2}'), 'error 4 name "x.example" stands in line 2 already', 'a name twice');
select is(t.says('{" C1"}'), 'error 2 name is missing', 'no name');
select is((select count(*) from desk.resource where name in ('x.example', 'y.example')), 0::bigint, '... and nothing of these was kept');

-- a case, and then another customer
select t.mail(t.report('a.example'));
select is((select state from desk."case" where resource = t.resource('a.example')), 'waiting', 'complained about and warned');
select is(t.says('{a.example C2}'), 'changed 2 customer a.example: C1 -> C2; cases closed 1; moved 1', 'it changes hands');
select is((select count(*) from desk.resource where name = 'a.example'), 2::bigint, 'which is a new registration');
select is((select r.ended_at from desk.resource r join desk.party p on p.id = r.party where r.name = 'a.example' and p.ref = 'C1'), '2026-03-01 12:00+00', '... the old one has ended');
select is((select c.state || ' ' || c.outcome from desk."case" c join desk.resource r on r.id = c.resource where r.name = 'a.example'), 'closed not-ours', '... its case is closed');
select is((select string_agg(distinct o.state, ' ') from desk.outbox o join desk.outbox_item i on i.outbox = o.id join desk.resource r on r.id = i.resource
    where r.name = 'a.example' and o.audience in ('customer', 'reseller', 'contact')), 'cancelled', '... and what was owed about it cancelled');
select is((select complaints from desk.resource where id = t.resource('a.example')), 0, 'the new one begins without complaints');
select is((select domains from desk.party_figure where party = t.party('C1')), 1, 'one customer has a domain less');
select is((select domains from desk.party_figure where party = t.party('C2')), 2, '... the other one more');

-- created anew, deleted, gone
select is(t.says('{c.example C2 active 2026-02-20}'), 'changed 2 created c.example: 2020-01-02 -> 2026-02-20; moved 1', 'created anew is a new registration');
select is(t.says('{c.example C2 deleted 2026-02-20}'), 'changed 2 status c.example: active -> deleted; removed 1', 'deleted');
select is(t.resource('c.example'), null, '... it is not ours any more');
select is(t.says('{c.example C2 deleted}'), 'unchanged 1', '... and stays so');
select is(t.says('{c.example C2}'), 'added 1', 'it comes back as a new one');
select is(t.says('{c.example C2}', true), 'left 2; removed name a.example; removed name b.example; unchanged 1', 'a complete file: the others have left');
select is((select domains from desk.party_figure where party = t.party('R')), 1, '... and the figures know');

-- the operator's own system reinstates
select is(t.says('{c.example C2 suspended}'), 'changed 2 status c.example: active -> suspended; changed 1', 'suspended elsewhere');
select t.mail(t.report('c.example'));
select is((select counting from desk.resource where id = t.resource('c.example')), 1, 'a complaint counts');
select is(t.says('{c.example C2 active}'), 'changed 2 status c.example: suspended -> active; changed 1', 'reinstated elsewhere');
select is((select complaints || ' ' || counting from desk.resource where id = t.resource('c.example')), '1 0', '... counting begins anew, the complaint stays');
select is((select spamming from desk.party_figure where party = t.party('C2')), 0, '... for the customer too');
-- what is wrong is told with the nearest that is right, by the line of the file
create function t.stage(p_kind text, p_rows text[], p_complete boolean default false) returns text language plpgsql as $$
declare
    v_columns text := case p_kind when 'parties' then 'id, kind, parent, name, sending, timezone' when 'networks' then 'network, party, services'
        when 'hosts' then 'name, role, party' when 'identifiers' then 'kind, name, customer' else 'name, customer, services, protected' end;
    v_says text;
begin
    perform desk.import_begin(p_kind);
    for n in 1 .. cardinality(p_rows) loop
        execute format('insert into import_stage (line, %s) select %s, %s', v_columns, n + 1,
            (select string_agg(coalesce(quote_literal(nullif((string_to_array(p_rows[n], ','))[i], '')), 'null'), ', ') from generate_series(1, cardinality(string_to_array(v_columns, ','))) i));
    end loop;
    select string_agg(concat_ws(' ', what, line, col, detail), '; ' order by line nulls last, what, col, detail) into v_says from desk.import_finish(p_kind, false, p_complete, '2026-03-05 12:00+00');
    drop table if exists import_stage, import_error, import_row, import_named, import_tree;
    return v_says;
end
$$;
select is(t.stage('domains', '{"z.example,C11,hosing"}'), 'error 2 customer "C11" is not known: import parties first; did you mean "C1"?; error 2 services "hosing" is no service; did you mean "hosting"?', 'a customer and a service mistyped');
select is(t.stage('domains', '{"192.0.2.1,C1","Upper.example,C1","dot.example.,C1","a..example,C1","single,C1","xn--mnchen-3ya.example,C1,,maybe"}'),
    'error 2 name "192.0.2.1" is an address: addresses are imported as networks; '
    || (select string_agg(format('error %s name "%s" is no domain name (in lower case, xn-- where it is not ASCII, no dot at the end)', n, d), '; ' order by n) from (values (3, 'Upper.example'), (4, 'dot.example.'), (5, 'a..example'), (6, 'single')) w(n, d))
    || '; error 7 protected "maybe" is neither yes nor no', 'what is no domain name, whoever filled the stage');
select is(t.stage('parties', '{"P1,reseler,R,One","P2,customer,S11,Two,onbehalf","P3,customer,R,Three,,Europe/Viena","R,customer,S1,Root","P4,customer,R,Four"}'),
    'error 2 kind "reseler" is neither reseller nor customer; did you mean "reseller"?; error 3 parent "S11" is neither in the file nor known; did you mean "S1"?; '
    || 'error 3 sending "onbehalf" is neither own nor on-behalf; did you mean "on-behalf"?; error 4 timezone "Europe/Viena" is no time zone; did you mean "Europe/Vienna"?; '
    || 'error 5 kind was reseller and can''t become customer', 'parties: and a wrong kind is told once, not in every line below');
select is(t.stage('networks', '{"192.0.2.7/24,C1","192.0.2.0/33,CC1"}'), 'error 2 network "192.0.2.7/24" is no network in CIDR form (192.0.2.0/24); did you mean "192.0.2.0/24"?; '
    || 'error 3 network "192.0.2.0/33" is no network in CIDR form (192.0.2.0/24); error 3 party "CC1" is not known: import parties first; did you mean "C1"?', 'networks');

-- hosts and identifiers: what changed, what left
select is(t.stage('hosts', '{"r1.registrar.example,mail-redirection,R","Web1.registrar.example.,web,R"}'), 'added 2', 'two hosts');
select is(t.stage('hosts', '{"r1.registrar.example,mail-redirection,R","web1.registrar.example,web,R"}'), 'unchanged 2', '... again: nothing changed');
select is(t.stage('hosts', '{"r1.registrar.example,web-redirection,R","web1.registrar.example,web,S1"}'), 'changed 2 role r1.registrar.example: mail-redirection -> web-redirection; changed 3 party web1.registrar.example: R -> S1; changed 1; moved 1', '... another role, another party');
select is(t.stage('hosts', '{"web1.registrar.example,smtp,S2"}', true), 'changed 2 party web1.registrar.example: S1 -> S2; changed 2 role web1.registrar.example: web -> smtp; moved 1; removed name r1.registrar.example', '... both, and the other has left');
select is((select string_agg(name || ' ' || role, ' ') from desk.resource where kind = 'host' and ended_at is null), 'web1.registrar.example smtp', '... which is what stands there');
select is(t.stage('hosts', '{"x.registrar.example,mail-redirect,RR",",web,R"}'), 'error 2 party "RR" is not known: import parties first; did you mean "CR"?; error 2 role "mail-redirect" is none of mail-redirection, web-redirection, web, smtp; did you mean "mail-redirection"?; error 3 name is missing', '... mistyped');
select is(t.stage('identifiers', '{"dkim,Mail.brand.example,C1","list-id,news.brand.example,C1"}'), 'added 2', 'identifiers');
select is(t.stage('identifiers', '{"dkim,mail.brand.example,C2"}', true), 'changed 2 customer mail.brand.example: C1 -> C2; moved 1; removed name news.brand.example', '... change hands and leave');

-- protected by the inventory
select is(t.stage('domains', '{"kept.example,C1,,yes"}'), 'added 1', 'a protected domain');
select is((select protected from desk.resource where name = 'kept.example'), 'by the inventory', '... is protected');
select is(t.stage('domains', '{"kept.example,C1"}'), 'unchanged 1', '... a file that does not say leaves it so');
select is(t.stage('domains', '{"kept.example,C1,,no"}'), 'changed 2 protected kept.example: yes -> no; changed 1', '... one that says no lifts it');
select is((select protected from desk.resource where name = 'kept.example'), null, '... really');
-- the operator's own system suspends what we only proposed
select t.says('{over.example C1,soon.example C1}');
select t.crowd('over.example', 6), t.crowd('soon.example', 6);
select is(t.proposed('over.example'), 1::bigint, 'proposed');
select desk_api.domain_suspend(array['soon.example'], 'R');
select is(t.says('{over.example C1 suspended,soon.example C1 suspended}'), 'changed 2 status over.example: active -> suspended; changed 3 status soon.example: active -> suspended; changed 2', 'suspended elsewhere');
select is((select state || ' ' || result from desk.action where resource = t.resource('over.example') and kind = 'suspend'), 'cancelled already suspended', '... nothing is left to decide');
select is((select state || ' ' || outcome from desk."case" where resource = t.resource('over.example')), 'closed suspended', '... the case is closed');
select is((select count(*) from t.mails where kind = 'outcome' and context @> '{"domains": [{"name": "over.example"}]}'), 6::bigint, '... and the complainants are told');
select is_empty($$select 1 from t.mails where kind = 'suspension' and context @> '{"domains": [{"name": "over.example"}]}'$$, '... the chain is not: we have done nothing');
select is((select state from desk.action where resource = t.resource('soon.example') and kind = 'suspend'), 'approved', 'what a person has approved goes on');
select is((select state from desk."case" where resource = t.resource('soon.example')), 'waiting', '... until he confirms it');
select * from finish();
rollback;
