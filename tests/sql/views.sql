-- The views are a contract with dashboards nobody here knows: name, order and type of each column stay, new ones
-- come last. And each of them is explained, in the words that psql and Grafana show.
begin;
\ir lib/fixture.psql
select plan(11);

create function t.columns(p_view text) returns text language sql as $$
    select string_agg(a.attname || ' ' || replace(replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz'), 'bigint', 'int8'),
        ', ' order by a.attnum)
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'dashboard'::regnamespace and c.relname = p_view
$$;
create table t.contract (view text, columns text);
insert into t.contract values
    ('actions', 'action int8, kind text, state text, case int8, resource text, customer text, customer_name text, reseller text, desk text, reason text, proposed_by text, decided_by text, automatic boolean, created_at timestamptz, decided_at timestamptz, due_at timestamptz, done_at timestamptz, result text, ground text, figures jsonb'),
    ('actions_wanted', 'action int8, kind text, resource text, customer text, reseller text, desk text, case int8, age interval, reason text, created_at timestamptz, complaints integer'),
    ('audit', 'at timestamptz, who text, what text, case int8, action int8, resource text, party text, complaint int8, message int8, detail jsonb, id int8'),
    ('blocks', 'blocked_by text, provider text, address inet, customer text, class text, refusals int8, first_at timestamptz, last_at timestamptz, delisting text'),
    ('bounces', 'bounce int8, at timestamptz, recipient text, status text, class text, action text, diagnostic text, reporting_mta text, customer text, outbox int8, message int8, provider text, address inet, list text, campaign text, recipient_ref text'),
    ('campaigns', 'customer text, campaign text, provider text, day date, reports int8, opt_outs int8, not_spam int8'),
    ('cases', 'case int8, opened_at timestamptz, state text, outcome text, track text, category text, relation text, resource text, customer text, customer_name text, reseller text, reseller_name text, desk text, status text, complaints integer, counting integer, step integer, due_at timestamptz, last_complaint_at timestamptz, changed_at timestamptz, closed_at timestamptz, assigned_to text, repeat_offender boolean, snoozed_until timestamptz, paused_until timestamptz, merged_into int8, note text'),
    ('chronology', 'at timestamptz, case int8, resource text, kind text, audience text, to text, sender text, state text, outbox int8'),
    ('circuit_breakers', 'desk text, opened_at timestamptz, reason text, held int8'),
    ('complaint_rates', 'customer text, customer_name text, day date, provider text, address inet, mails int8, reports int8, permille numeric, level text, not_spam int8, opt_outs int8, copies int8, untrusted int8'),
    ('complaints', 'complaint int8, resource text, customer text, complainant text, category text, relation text, source text, first_at timestamptz, last_at timestamptz, reports int8, state text, counts boolean, why_not text, case int8, desk text, message int8'),
    ('customers', 'customer text, name text, reseller text, reseller_name text, complaints int8, domains_complained integer, domains integer, suspended integer, counting int8, spamming integer, ceased_at timestamptz, cases_open int8'),
    ('deadlines', 'due_at timestamptz, remaining interval, case int8, resource text, customer text, track text, relation text, step integer, next text, paused_until timestamptz'),
    ('delistings', 'id int8, provider text, network inet, kind text, state text, at timestamptz, by text, note text'),
    ('domains', 'domain text, status text, registrar text, customer text, customer_name text, reseller text, reseller_name text, complaints integer, counting integer, reports int8, case int8, proposed text, last_complaint_at timestamptz, protected text, registered_at timestamptz'),
    ('feedback_loops', 'provider text, day date, kind text, mails int8, reports int8, copies int8, ours int8, last_at timestamptz'),
    ('invalid_rates', 'customer text, customer_name text, day date, mails int8, failures int8, invalid int8, percent numeric, suspicious boolean'),
    ('list_signs', 'customer text, customer_name text, since date, mails int8, traps int8, hits int8, invalid int8, percent numeric, score integer, signs text[], level text, declaration text, proofs int8'),
    ('loops', 'loop int8, provider text, sender text, scope text, alias text, since date, contact text, ended_at timestamptz, last_report_at timestamptz, yesterday int8, seven_days int8, thirty_days int8, state text'),
    ('mail_outcomes', 'kind text, audience text, state text, mails int8, today int8, seven_days int8, oldest timestamptz, latest timestamptz'),
    ('messages', 'message int8, received_at timestamptz, kind text, disposition text, reason text, from text, subject text, authenticated boolean, source text, account text, desk text, folder text, ack text, ack_reason text, message_id text, decided_at timestamptz, incidents int8'),
    ('outbox', 'id int8, kind text, audience text, sender text, from text, to text, language text, state text, reason text, attempts integer, owed_at timestamptz, next_attempt_at timestamptz, sent_at timestamptz, reply text, desk text, domains text[], cases int8[], message int8, message_id text'),
    ('practice', 'customer text, customer_name text, score integer, missing text[], declaration text, proofs int8'),
    ('pressure', 'customer text, customer_name text, week date, recipients int8, mails int8, per_recipient numeric, most integer, too_many int8'),
    ('quarantine', 'message int8, received_at timestamptz, reason text, from text, subject text, account text, kind text, malformed text, bytes_kept boolean'),
    ('queue', 'case int8, age interval, track text, category text, relation text, resource text, customer text, reseller text, desk text, state text, status text, complaints integer, counting integer, step integer, due_at timestamptz, overdue boolean, assigned_to text, repeat_offender boolean, opened_at timestamptz, wanted int8, note text'),
    ('reporters', 'reporter text, complaints int8, counting int8, reports numeric, undone int8, first_at timestamptz, last_at timestamptz, trust text'),
    ('resellers', 'reseller text, name text, parent text, complaints int8, domains_complained integer, domains integer, percent numeric, suspended integer, counting int8, spamming integer, ceased_at timestamptz'),
    ('sending_customers', 'customer text, customer_name text, day date, mails int8, reports int8, permille numeric, permille_before numeric, trend text, rank int8'),
    ('sending_reports', 'message int8, no integer, day date, customer text, campaign text, provider text, address inet, recipient text, category text, relation text, resource text, why text, counts boolean, why_not text, loop text, desk text'),
    ('statistics', 'day date, desk text, name text, value int8'),
    ('suppressed_acknowledgments', 'reason text, messages int8, today int8, seven_days int8, last_at timestamptz'),
    ('suppression_calls', 'call int8, customer text, suppressions int8, state text, attempts integer, owed_at timestamptz, answered_at timestamptz, status integer, answer text'),
    ('suppressions', 'customer text, address text, recipient text, reason text, since timestamptz, provider text, campaign text, message int8'),
    ('today', 'what text, today int8, yesterday int8, seven_days int8, open int8'),
    ('traps', 'operator text, customer text, traps int8, hits int8, first_at timestamptz, last_at timestamptz'),
    ('undeliverable', 'address text, since timestamptz, last_at timestamptz, status text, diagnostic text, party text, party_name text, domains text[], outbox int8, message int8');

select is_empty($$ select view, t.columns(view) from t.contract where left(t.columns(view), length(columns)) is distinct from columns $$,
    'every column stands where it stood, with its type');
select is_empty($$ select viewname from pg_views where schemaname = 'dashboard' except select view from t.contract $$,
    'every view is part of the contract');
select is_empty($$ select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relnamespace = 'dashboard'::regnamespace and c.relkind = 'v' and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null) $$,
    'every view and every column is explained');
select is_empty($$ select c.relname from pg_class c where c.relnamespace = 'dashboard'::regnamespace
    and not has_table_privilege('complaint_readonly', c.oid, 'select') $$, 'complaint_readonly may read all of them');
select is_empty($$ select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('desk', 'desk_api') and c.relkind in ('r', 'v', 'p') and has_schema_privilege('complaint_readonly', n.oid, 'usage') $$,
    '... and nothing behind them');

-- What they say.
select t.domain('spam.example', 'C1');
select t.mail(t.report('spam.example', 'old@people.example', p_incident => '{"date": "2020-01-01T00:00:00Z"}'), p_now => now());
select is((select today from dashboard.today where what = 'new complaints'), 1::bigint, 'a complaint is new on the day we get it, whatever date it gives');
insert into desk.breaker (desk, opened_at, reason) select id, now(), '12 of the last 22 answers were refused' from desk.party where ref = 'R';
update desk.outbox set state = 'held' where audience = 'complainant';
select is((select format('%s %s: %s', desk, held, reason) from dashboard.circuit_breakers), 'R 1: 12 of the last 22 answers were refused',
    'an open circuit breaker is shown, with what it holds');
insert into desk.undeliverable (address, since, last_at, outbox, status) select recipient, now(), now(), id, '5.1.1' from desk.outbox where audience = 'customer' limit 1;
select is((select format('%s %s %s %s', address, status, party, domains) from dashboard.undeliverable), 'c1@customer.example 5.1.1 C1 {spam.example}',
    'a contact that does not exist is shown, with whose it is');
select desk_api.outbox_release();
select is_empty('select 1 from dashboard.circuit_breakers', 'a breaker that was closed is shown no more');
update desk.message set received_at = now(), ack_reason = 'undecidable' where id = (select min(id) from desk.message);
select is((select today from dashboard.today where what = 'put in quarantine'), 1::bigint, 'what could not be decided waits with what could not be read');
select is((select open from dashboard.today where what = 'mails sent'), (select count(*) from desk.outbox where state in ('owed', 'deferred', 'held')), '... and what has not left is counted');
select * from finish();
rollback;
