-- Whoever may call a function of the owner's must not become the owner by it.
begin;
\ir lib/fixture.psql
select plan(12);
update desk.party set left_at = now() where ref = 'T';
select t.domain('spam.example', 'C1');
grant usage on schema t to public;
create function t.reach() returns table (who text) language plpgsql as $$ begin return query select current_user::text; end $$;

-- the stage is a table that import_begin() made, nothing that runs when it is read
set local role complaint_admin;
savepoint forged;
create temp view import_stage as select 1 as line, who as name, 'C1'::text as customer, null::text as registrar, null::text as status,
    null::text as registrant_email, null::text as admin_email, null::text as billing_email, null::text as tech_email, null::text as services,
    null::text as created, null::text as expires, null::text as order_ref from t.reach();
create temp table import_error (line int, col text, detail text);
grant all on import_stage, import_error to complaint_owner;
select throws_ok($$select * from desk.import_finish('domains')$$, '55000', null, 'a view of the caller''s is no stage');
rollback to forged;
create temp table import_stage (line int, network text, party text, services text);
create temp table import_error (line int, col text, detail text);
grant all on import_stage, import_error to complaint_owner;
select throws_ok($$select * from desk.import_finish('networks')$$, '55000', null, '... nor a table of his, which may have triggers');
rollback to forged;
select throws_ok($$select * from desk.import_finish('domains')$$, '55000', null, '... nor nothing at all');
rollback to forged;
select desk.import_begin('networks');
select throws_ok($$select * from desk.import_finish('domains')$$, '55000', null, '... nor one that was made for something else');
rollback to forged;
reset role;
select desk.import_begin('networks');
insert into import_stage values (2, '192.0.2.0/24', 'C1', 'hosting');
set local role complaint_admin;
select results_eq($$select what, detail from desk.import_finish('networks')$$, $$values ('added', '1')$$, 'the right one is taken');

-- what goes round the checks and the audit is nobody's
select throws_ok($$update desk.policy set value = '"many"' where name = 'suspend_above'$$, '42501', null, 'policy is set by its function, which checks and audits');
select throws_ok($$delete from desk.ladder$$, '42501', null, '... so is the ladder');
reset role;
select is_empty($$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'desk' and p.proname like 'import\_%' and has_function_privilege('complaint_daemon', p.oid, 'execute')$$, 'the daemon imports nothing');
select set_eq($$select distinct p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'desk' and p.proname like 'import\_%' and p.prosecdef and has_function_privilege('complaint_admin', p.oid, 'execute')$$, $$values ('import_begin'), ('import_finish')$$,
    '... and an administrator by the front door only');
select is_empty($$select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'desk_api' and p.proname in ('host_add', 'identifier_add', 'inventory_remove', 'redirection_volume_set')
        and (has_function_privilege('complaint_staff', p.oid, 'execute') or has_function_privilege('complaint_daemon', p.oid, 'execute'))$$, 'the inventory is an administrator''s');
select is_empty($$select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'desk' and c.relkind in ('r', 'p', 'v') and (has_table_privilege('complaint_readonly', c.oid, 'select')
        or has_table_privilege('complaint_staff', c.oid, 'insert, update, delete') or has_table_privilege('complaint_daemon', c.oid, 'insert, update, delete')
        or has_table_privilege('complaint_admin', c.oid, 'insert, update, delete, truncate'))$$, 'nobody but the owner writes a table, and who only reads sees the views alone');
select is_empty($$select r from unnest(array['complaint_daemon', 'complaint_staff', 'complaint_readonly', 'complaint_admin']) r
    where has_schema_privilege(r, 'desk', 'create') or has_schema_privilege(r, 'desk_api', 'create') or has_schema_privilege(r, 'dashboard', 'create')$$,
    '... nor makes anything where the owner''s functions look');
select * from finish();
rollback;
