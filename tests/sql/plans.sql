-- The cost of a mail must not grow with what is stored: no big table is read from end to
-- end by ingest and decide, on fresh tables and after ANALYZE of nearly empty ones.
begin;
set local enable_seqscan = off; -- foreign key checks keep the plan of their first use, which is the fixture here
\ir lib/fixture.psql
select plan(16);
select t.domain('d' || n || '.example', (array['CR', 'C1', 'C2', 'C3', 'CX'])[n % 5 + 1], 'registration', 'active', 'owner@d' || n || '.example') from generate_series(1, 50) n;
insert into desk.resource (kind, name, party, services, network) select 'network', '10.0.' || n || '.0/24', t.party('C1'), '{hosting}', ('10.0.' || n || '.0/24')::cidr from generate_series(1, 20) n;

reset enable_seqscan;

create function t.scans() returns table (relname name, scans bigint) language sql as $$
    select relname, seq_scan from pg_stat_xact_user_tables
    where schemaname = 'desk' and relname in ('resource', 'message', 'incident', 'incident_also', 'complaint', 'outbox', 'outbox_item', 'case', 'action', 'party', 'party_closure', 'raw_message_default', 'audit', 'hook') $$;
create function t.read() returns bigint language sql as $$ select sum(idx_tup_fetch + seq_tup_read)::bigint from pg_stat_xact_user_tables where schemaname = 'desk' $$;
create table t.work (salt text, rows bigint); -- rows read by a batch
create table t.before as select * from t.scans() with no data;
-- One batch as the daemon sends it: machine reports, people, a batch of lines, repeats.
create procedure t.batch(p_salt text) language plpgsql as $$
declare
    v_reports jsonb[] := array(select t.report('d' || n || '.example', 'p' || p_salt || n % 7 || '@people' || n || '.example', case when n % 3 = 0 then 'arf' else 'human' end,
        p_incident => jsonb_build_object('report_id', p_salt || n, 'source_ip', jsonb_build_object('value', '10.0.' || n || '.7', 'port', null, 'provenance', 'original')))
        from generate_series(1, 50) n)
        || t.report(null, 'abuse@sub1.example', 'batch', p_more => '{"lines": [{"line": 1, "domain": "d1.example", "complainant": "a@people.example", "error": null}]}');
    v_sha bytea[] := array(select sha256(convert_to(p_salt || n, 'UTF8')) from generate_series(1, 51) n);
    v_desk bigint := t.party('R');
    v_read bigint := t.read();
begin
    truncate t.before;
    insert into t.before select * from t.scans();
    perform count(*) from desk.ingest(v_desk, 'main', v_sha, array_fill('raw'::bytea, array[51]), v_reports, array_fill('2026-03-01 10:00+00'::timestamptz, array[51]), '2026-03-01 10:00+00');
    perform count(*) from desk.ingest(v_desk, 'main', v_sha, array_fill('raw'::bytea, array[51]), v_reports, array_fill('2026-03-01 10:00+00'::timestamptz, array[51]), '2026-03-01 10:00+00');
    perform desk.decide('2026-03-01 10:00+00');
    insert into t.work values (p_salt, t.read() - v_read);
end
$$;
create function t.grown() returns setof text language sql as $$
    select s.relname || ' was read from end to end ' || s.scans - b.scans || ' times' from t.scans() s join t.before b using (relname) where s.scans > b.scans $$;

call t.batch('a');
select is_empty('select * from t.grown()', 'fresh tables: no sequential scan');
call t.batch('b');
select is_empty('select * from t.grown()', '... repeats neither');
-- Whether somebody has complained of a resource before is asked of an index, not of all who complained of it: of a fresh
-- table, when they were few at the last ANALYZE, and when they are known to be many.
create function t.complaints_read() returns bigint language sql as $$
    select idx_tup_fetch + seq_tup_read from pg_stat_xact_user_tables where schemaname = 'desk' and relname = 'complaint' $$;
create function t.look_up(p_salt text) returns bigint language plpgsql as $$
declare
    v_read bigint := t.complaints_read();
    v_lines jsonb := (select jsonb_agg(jsonb_build_object('line', n, 'domain', 'd2.example', 'complainant', p_salt || n / 2 || '@look' || n / 2 || '.example') order by n) from generate_series(2, 51) n);
begin
    perform count(*) from desk.submit(t.party('R'), 'staff', v_lines, '2026-03-01 11:00+00');
    return t.complaints_read() - v_read;
end
$$;
create procedure t.many_say(p_domain text) language sql as $$
    insert into desk.complaint (resource, complainant_key, person_key, desk, category, relation, strength, source, first_at, last_at, counts)
    select t.resource(p_domain), sha256(int8send(n)), sha256(int8send(n)), t.party('R'), 'spam', 'registrar', 3, 'authenticated', now(), now(), true from generate_series(1, 3000) n
$$;
call t.many_say('d2.example');
select cmp_ok(t.look_up('fresh'), '<', 500::bigint, 'fresh tables, a domain of 3,000 complaints: fifty lines about it do not read them through');
delete from desk.complaint where complainant is null;
analyze desk.message, desk.incident, desk.complaint, desk.resource, desk.outbox, desk.outbox_item, desk.action, desk."case", desk.party, desk.party_closure;
call t.batch('c');
select is_empty('select * from t.grown()', 'after ANALYZE of nearly empty tables: none');
select is((select count(*) from desk.message where account = 'main'), 153::bigint, 'the batches were really stored');
select cmp_ok((select count(*) from desk.complaint), '>', 100::bigint, '... and decided');

-- Nor may an index be read from end to end: ten times as much is stored, a batch reads no more.
call t.batch('d');
insert into desk.party (ref, kind, parent, name, username_email) select 'many' || n, 'customer', t.party((array['R', 'S1', 'S2', 'S3'])[n % 4 + 1]), 'Many', 'many' || n || '@customer.example' from generate_series(1, 3000) n;
select t.domain('many' || n || '.example', 'many' || n) from generate_series(1, 3000) n;
call t.many_say('d1.example');
insert into desk.message (desk, sha256, received_at, kind, disposition, folder, decided_at) select t.party('R'), sha256(int8send(n)), now(), 'human', 'complaint', 'Processed', now() from generate_series(1, 3000) n;
insert into desk.incident (message, no, category, complaint, resource, decided_at) select m.id, 1, 'spam', (select min(id) from desk.complaint), t.resource('d1.example'), now() from desk.message m where m.kind = 'human' and m.report is null;
call t.batch('e');
select is_empty('select * from t.grown()', 'much stored: no sequential scan');
select cmp_ok((select rows from t.work where salt = 'e'), '<', (select rows * 3 / 2 from t.work where salt = 'd'), '... and no index read from end to end');

call t.many_say('d2.example');
select cmp_ok(t.look_up('few'), '<', 500::bigint, 'few at the last ANALYZE, many now: the 3,000 are not read through either');
analyze desk.complaint, desk.resource, desk.incident, desk.message;
select cmp_ok(t.look_up('many'), '<', 500::bigint, '... nor when the statistics know of them');
select is((select count(*) from desk.complaint where resource = t.resource('d2.example') and complainant like any (array['fresh%', 'few%', 'many%'])), 75::bigint, '... and who said it twice has said it once');

-- What staff look at, and what is counted when answers are refused.
insert into desk.audit (at, who, what) select now(), 'policy', 'x' from generate_series(1, 1000);
truncate t.before;
insert into t.before select * from t.scans();
select count(*) from (select desk_api.message_show(m.id) from desk.message m where m.report is not null order by m.id limit 3) s;
select desk.watch_breaker(array[t.party('R')], '2026-03-01 10:00+00');
select detail from desk_api.outbox_release(null, 'anna', '2026-03-01 10:00+00');
select is_empty($$select * from t.grown() g where g ~ '^(outbox|audit) '$$, 'a message with its mails, the circuit breaker, and what is held: looked up');

-- Only one message in a batch spoils it, not the others.
select is((select count(*) from desk.ingest(t.party('R'), 'main', array[sha256('x'), sha256('x'), sha256('y')], array[null, null, null]::bytea[],
    array[t.report('d1.example'), t.report('d1.example'), desk.quarantine_report('parser-crash', 'signal 11')], array_fill(now(), array[3])) where fresh), 2::bigint, 'a mail twice in a batch is one message');
select is((select string_agg(folder, ' ' order by ordinal) from desk.ingest(t.party('R'), 'main', array[sha256('x'), sha256('y')], array[null, null]::bytea[],
    array[t.report('d1.example'), desk.quarantine_report('parser-crash', 'signal 11')], array_fill(now(), array[2]))), 'Processed Quarantine', 'what is known comes back with its folder');
select throws_ok($$select * from desk.ingest(t.party('R'), 'main', array[sha256('x')], '{}', '{}', '{}')$$, '2202E', null, 'arrays of different length are refused');
select is((select count(*) from desk.raw_message where message = (select id from desk.message where sha256 = sha256('x'))), 0::bigint, 'a null raw keeps no bytes');
select * from finish();
rollback;
