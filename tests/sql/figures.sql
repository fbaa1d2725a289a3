-- Figures of parties, exact after every change, and the cease-account thresholds.
begin;
\ir lib/fixture.psql
select plan(29);

-- customer: 3 is at the limit, 4 above
select t.domain('c' || n || '.example', 'C2') from generate_series(1, 5) n;
select t.lines('c1.example,a@people.example c2.example,a@people.example c3.example,a@people.example');
select is_empty($$select 1 from t.mails where kind = 'cease'$$, 'three spamming domains: no cease mail');
select t.lines('c3.example,b@people.example');
select is_empty($$select 1 from t.mails where kind = 'cease'$$, '... however many complaints');
select t.lines('c4.example,a@people.example');
select set_eq($$select sender, recipient, audience from t.mails where kind = 'cease'$$, $$values ('S2', 'c2@customer.example', 'customer')$$,
    'four: the cease mail, from the immediate parent to the username e-mail');
select is((select from_address from t.mails where kind = 'cease'), 'abuse@registrar.example', '... on behalf');
select t.lines('c5.example,a@people.example');
select is((select count(*) from t.mails where kind = 'cease'), 1::bigint, 'five: not again');
select is((select context->>'customer_complained' from t.mails where kind = 'cease'), '4', 'the figures stand in the mail');

select is((select (domains, complaints, complained, spamming)::text from desk.party_figure where party = t.party('C2')), '(5,6,5,5)', 'figures of the customer');
select is((select (domains, complaints, complained, spamming)::text from desk.party_figure where party = t.party('R')), '(5,6,5,5)', '... carried to the root');
select is((select (domains, complaints, complained, spamming)::text from desk.party_figure where party = t.party('S3')), '(0,0,0,0)', '... and not down');
update desk.resource set status = 'deleted' where name = 'c5.example';
select is((select (domains, suspended, complained, spamming)::text from desk.party_figure where party = t.party('S1')), '(4,0,4,4)', 'a deleted domain leaves the figures');
update desk.resource set status = 'suspended' where name = 'c4.example';
select is((select (domains, suspended, complained)::text from desk.party_figure where party = t.party('S1')), '(4,1,4)', 'a suspended one stays');
update desk.party set parent = t.party('SX') where ref = 'S2';
select is((select (domains, complaints)::text from desk.party_figure where party = t.party('S1')), '(0,0)', 'a moved reseller takes its figures along');
select is((select (domains, suspended)::text from desk.party_figure where party = t.party('SX')), '(4,1)', '... to its new parent');
select is((select (domains, suspended)::text from desk.party_figure where party = t.party('R')), '(4,1)', '... the root keeps them');
select is((select depth from desk.party_closure where descendant = t.party('C3') and ancestor = t.party('SX')), 3, '... and its whole subtree');
select throws_ok($$update desk.party set parent = t.party('S3') where ref = 'S2'$$, '23514', null, 'no party stands below itself');

-- sub-reseller: more than 15 domains and more than 8 %
select t.domain('s' || n || '.example', 'CX') from generate_series(1, 11) n;
update desk.policy set value = '1000' where name = 'cease_customer_above';
select t.lines('s1.example,a@people.example s2.example,a@people.example');
select is_empty($$select 1 from t.mails where kind = 'cease' and audience = 'reseller'$$, '15 domains, however many complained about: nothing');
select is((select domains from desk.party_figure where party = t.party('SX')), 15, '... exactly 15');
select t.domain('s' || n || '.example', 'CX') from generate_series(12, 12) n;
select t.lines('s3.example,a@people.example');
select set_eq($$select sender, recipient from t.mails where kind = 'cease' and audience = 'reseller'$$, $$values ('R', 'abuse@sidesub.example')$$,
    '16 domains and more than 8 %: the cease mail, from the immediate parent, to the abuse address');

-- the percentage: exactly 8 % of 25 is 2
insert into desk.party (ref, kind, parent, name, username_email, abuse_email) values ('P', 'reseller', t.party('R'), 'Percent', 'p@percent.example', 'abuse@percent.example');
insert into desk.party (ref, kind, parent, name, username_email) values ('CP', 'customer', t.party('P'), 'Percent Customer', 'cp@customer.example');
select t.domain('p' || n || '.example', 'CP', p_status => case when n % 2 = 0 then 'suspended' else 'active' end) from generate_series(1, 25) n;
select t.lines('p1.example,a@people.example p2.example,a@people.example');
select is_empty($$select 1 from t.mails where recipient = 'abuse@percent.example' and kind = 'cease'$$, '2 of 25 are 8 %: not more than 8 %');
select is((select desk.percent(complained, domains) from desk.party_figure where party = t.party('P')), '8', '... shown as 8');
update desk.resource set status = 'deleted' where name = 'p25.example';
select is((select domains from desk.party_figure where party = t.party('P')), 24, 'deleted domains leave the percentage''s whole');
select t.lines('p1.example,c@people.example');
select is((select count(*) from t.mails where recipient = 'abuse@percent.example' and kind = 'cease'), 1::bigint, '2 of 24 are more than 8 %');
select t.lines('p3.example,c@people.example');
select is((select count(*) from t.mails where recipient = 'abuse@percent.example' and kind = 'cease'), 1::bigint, '... once per crossing');

-- the desk itself gets none, and a crossing seen from below does not concern those above
select is_empty($$select 1 from t.mails where kind = 'cease' and recipient = 'abuse@registrar.example'$$, 'the desk itself is never told to cease');

-- what lines say
select set_eq($$select line, result, reason from t.lines('p1.example,a@people.example p4.example,x@people.example nobody.example,x@people.example p4.example,x@people.example ct.example,x@people.example bad_line,x@people.example p5.example,notanaddress')$$,
    $$values (1, 'repeat', ''), (2, 'new', 'already suspended'), (3, 'refused', 'not ours'), (4, 'repeat', 'already suspended'), (5, 'refused', 'not ours'),
        (6, 'refused', 'invalid domain'), (7, 'refused', 'invalid complainant')$$, 'every line has its result');
select t.domain('ct.example', 'CT');
select results_eq($$select reason from t.lines('ct.example,x@people.example')$$, $$values ('not in your tree')$$, 'a domain outside the submitter''s tree is refused');
select results_eq($$select reason from t.lines('p5.example,x@people.example', 'SX')$$, $$values ('not in your tree')$$, '... so is a neighbour''s');
select is((select count(*) from t.mails where kind = 'acknowledgment' and recipient = 'a@people.example'), 6::bigint, 'complainants are answered once per run for what is new');
select * from finish();
rollback;
