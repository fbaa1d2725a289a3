-- The bulk-mail provider's desk, many reports at once: attribution, counting, trust, rates, consequences. `psql -v reports=50000` takes more of them.
\if :{?reports}
\else
\set reports 3000
\endif
begin;
\ir lib/fixture.psql
\ir lib/sending.psql
select plan(25);

-- What was sent: known for two customers' days so that one is warned, one paused, the rest is good; none for E9.
insert into desk.sent_volume (party, address, provider, day, mails)
    select t.party('E' || c), ('192.0.2.' || 10 + 2 * c + a)::inet, 'mail' || p || '.example', d, case c when 0 then 2 * :reports when 1 then 5 * :reports else 100 * :reports end
    from generate_series(0, 8) c, generate_series(0, 1) a, generate_series(0, 4) p, unnest(array['2026-03-01', '2026-03-02']::date[]) d;
call t.reports(:reports);
select cmp_ok(t.decide_all(), '<=', :reports / 2000 + 2, 'thousands of reports are decided together');

create table t.truth as select ('E' || c) collate "C" as customer, 'camp' || k as campaign, ('mail' || p || '.example') collate "C" as provider, (received at time zone 'UTC')::date as day,
        case when v in (1, 4, 5) then ('192.0.2.' || 10 + 2 * c + a)::inet end as address, count(*) filter (where kind = 'genuine') as reports,
        count(*) filter (where kind = 'not-spam') as not_spam, count(*) filter (where kind = 'opt-out') as opt_outs,
        count(*) filter (where n % 20 = 13) as copies
    from t.draw(:reports) where kind not in ('forged', 'stranger') group by 1, 2, 3, 4, 5;

-- attribution
select is((select count(*) from desk.incident i join desk.message m on m.id = i.message where m.report->'mail'->'auth'->0->>'result' = 'pass' and m.from_address not like '%stranger%'
    and i.resource is null), 0::bigint, 'every genuine report has its customer');
select is_empty($$select i.why, i.strength from desk.incident i join desk.message m on m.id = i.message join desk.resource r on r.id = i.resource join desk.party p on p.id = r.party
    where m.from_address like '%@fbl.%' and m.authenticated and right(p.ref, 1)::int <> (substring(i.report_id from '[0-9]+'))::int % 10 limit 5$$, '... the right one');
select set_eq($$select distinct split_part(i.why, ' ', 1), i.strength::int from desk.incident i join desk.message m on m.id = i.message where m.authenticated and m.from_address like '%@fbl.%'$$,
    $$values ('token', 1), ('dkim', 2), ('return-path', 2), ('feedback-id', 2), ('source-ip', 2)$$, '... and the reason is shown');

-- counting
select results_eq($$select customer, campaign, provider, day, sum(reports)::bigint, sum(not_spam)::bigint, sum(opt_outs)::bigint from t.truth group by 1, 2, 3, 4 order by 1, 2, 3, 4$$,
    $$select customer, campaign, provider, day, reports, opt_outs * 0 + not_spam, opt_outs from dashboard.campaigns where reports + not_spam + opt_outs > 0 order by 1, 2, 3, 4$$,
    'reports by customer, campaign, provider and day are what was sent in, once each');
select results_eq($$select customer, day, provider, address, sum(reports)::bigint, sum(copies)::bigint from t.truth group by 1, 2, 3, 4 order by 1, 2, 3, 4$$,
    $$select customer, day, provider, address, reports, copies from dashboard.complaint_rates where reports + not_spam + opt_outs > 0 order by 1, 2, 3, 4$$, '... and by sending address, second copies beside');
select is((select sum(reports) from dashboard.complaint_rates), (select sum(reports) from t.truth), '... all together');
select results_eq($$select customer, day, provider, address, permille from dashboard.complaint_rates where mails is not null order by 1, 2, 3, 4$$,
    $$select p.ref, v.day, v.provider collate "C", v.address, round(1000.0 * coalesce((select sum(reports) from t.truth u where u.customer = p.ref and u.day = v.day and u.provider = v.provider and u.address = v.address), 0) / v.mails, 2)
      from desk.sent_volume v join desk.party p on p.id = v.party order by 1, 2, 3, 4$$, 'complaints per thousand mails');
select set_eq($$select distinct level from dashboard.complaint_rates where customer = 'E9'$$, $$values ('no-volume')$$, 'without a volume there is no rate');
select is((select sum(untrusted) from dashboard.complaint_rates), (select count(*)::numeric from t.draw(:reports) where kind in ('forged', 'stranger') and v <> 0)
    + (select count(*) from t.draw(:reports) where kind in ('forged', 'stranger') and v <> 0 and n % 20 = 13), 'forged ones are shown and not counted');
select is((select count(*) from desk.sending_report r join desk.message m on m.id = r.message where r.counts and (not m.authenticated or m.from_address like '%stranger%')), 0::bigint, '... not one of them');

-- suppression
select is((select count(*) from desk.suppression), (select count(*) from t.draw(:reports) where kind in ('genuine', 'opt-out')), 'every complainant is suppressed, once');
select is((select count(*) from desk.suppression s join t.draw(:reports) w on s.address = 'user' || w.n || '@mail' || w.p || '.example' where w.kind in ('forged', 'stranger', 'not-spam')), 0::bigint,
    '... nobody on the word of a forged report, nobody who wants the mail');
select is((select count(*) from desk.suppression where reason = 'opt-out'), (select count(*) from t.draw(:reports) where kind = 'opt-out'), '... opt-outs as what they are');
select is((select count(*) from desk.suppression where recipient is not null), (select count(*) from t.draw(:reports) where kind in ('genuine', 'opt-out') and v in (0, 5)), 'where a token tells it the customer''s own id stands there');

-- consequences
select is((select count(*) from t.mails where audience = 'complainant'), 0::bigint, 'no loop is answered');
select results_eq($$select p.ref, count(*) from desk."case" c join desk.party p on p.id = c.party group by 1 order by 1$$, $$values ('E0' collate "C", 1::bigint), ('E1', 1), ('E9', 1)$$,
    'a storm leaves one case for each customer over his rate, and for the one whose volume nobody knows');
select results_eq($$select recipient, kind, count(*) from t.mails where audience = 'customer' group by 1, 2 order by 1$$,
    $$values ('e0@mailer.example' collate "C", 'warning', 1::bigint), ('e1@mailer.example', 'warning', 1), ('e9@mailer.example', 'warning', 1)$$, '... and one warning');
select results_eq($$select p.ref, a.kind, a.state from desk.action a join desk.party p on p.id = a.party where a.kind <> 'warn'$$, $$values ('E0' collate "C", 'pause', 'proposed')$$, 'above the second threshold a pause is proposed, nothing else');
select is((select count(*) from t.mails where audience = 'staff' and kind = 'escalation'), 1::bigint, '... and staff are asked once');
select is((select count(*) from t.mails where audience = 'staff' and kind = 'loop'), 1::bigint, 'staff hear once of the loop that is not enrolled');
select is((select count(*) from desk.complaint where counts), 0::bigint, 'no complainant counts toward suspension: rates judge');

-- the same again changes nothing
create table t.before as select * from desk.sending_day;
call t.reports(:reports);
select t.decide_all();
select is_empty($$(select * from desk.sending_day except select * from t.before) union all (select * from t.before except select * from desk.sending_day)$$, 'the same mails again change nothing');
select is((select count(*) from t.mails where audience = 'customer'), 3::bigint, '... and owe nothing');
select is_empty('(select * from desk.attribute(t.stored()) except select * from desk.attribute_by(t.stored(), false)) union all (select * from desk.attribute_by(t.stored(), false) except select * from desk.attribute(t.stored()))',
    'the strong part of the evidence settles what all of it would');
select * from finish();
rollback;
