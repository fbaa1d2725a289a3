-- Roles and grants. Run by a superuser, or by a role with CREATEROLE that owns the database.
--
-- Order: this file; migrations by number; functions and views by file name; this file again.
-- Every other file begins with `set role complaint_owner`, so all objects belong to that
-- role, which nobody logs in as; this file begins with `reset role`. No extension is needed.
-- All of it can be run again at any time.
reset role;

do $$
declare
    r text;
begin
    foreach r in array array['complaint_owner', 'complaint_staff', 'complaint_readonly', 'complaint_admin'] loop
        if to_regrole(r) is null then
            execute format('create role %I nologin', r);
        end if;
    end loop;
    if to_regrole('complaint_daemon') is null then
        create role complaint_daemon login;
    end if;
    if not pg_has_role(current_user, 'complaint_owner', 'member') then
        execute format('grant complaint_owner to %I', current_user);
    end if;
    execute format('grant create, connect on database %I to complaint_owner', current_database());
    execute format('grant connect on database %I to complaint_daemon, complaint_staff, complaint_readonly, complaint_admin', current_database());
end
$$;

do $$
declare
    f regprocedure;
begin
    if to_regnamespace('desk') is null then
        return; -- first run: the migrations come next
    end if;

    set local role complaint_owner;

    revoke all on all tables in schema desk, desk_api, dashboard from public;
    revoke all on all functions in schema desk, desk_api, dashboard from public;
    grant usage on schema desk to complaint_daemon, complaint_admin, complaint_staff;
    grant usage on schema desk_api to complaint_daemon, complaint_admin, complaint_staff;
    grant usage on schema dashboard to complaint_daemon, complaint_admin, complaint_staff, complaint_readonly;

    -- The daemon calls functions and reads; it writes no table by itself.
    grant execute on all functions in schema desk to complaint_daemon, complaint_admin;
    grant select on all tables in schema desk to complaint_daemon, complaint_admin;
    revoke all on table desk.secret from complaint_daemon, complaint_admin;
    -- Every program looks whether it fits before it does anything.
    grant select on table desk.schema_version, desk.schema_state to complaint_staff;
    -- Policy goes through its functions, which check and audit.
    revoke insert, update, delete on table desk.policy, desk.ladder from complaint_admin;

    grant execute on all functions in schema desk_api to complaint_daemon, complaint_staff, complaint_admin;
    -- Policy, parties and what people are owed about their data are for administrators alone.
    revoke execute on function desk_api.policy_set, desk_api.ladder_set, desk_api.party_set,
        desk_api.privacy_export, desk_api.privacy_erase from complaint_daemon, complaint_staff;
    revoke execute on function desk_api.host_add, desk_api.identifier_add, desk_api.inventory_remove, desk_api.redirection_volume_set
        from complaint_daemon, complaint_staff;
    -- An import begins and finishes; its parts believe in the stage.
    for f in select p.oid::regprocedure from pg_catalog.pg_proc p
        where p.pronamespace = 'desk'::regnamespace and p.proname like 'import\_%'
    loop
        execute format('revoke execute on function %s from complaint_daemon, complaint_admin', f);
    end loop;
    grant execute on function desk.import_begin, desk.import_finish to complaint_admin;
    grant select on all tables in schema dashboard to complaint_daemon, complaint_staff, complaint_readonly, complaint_admin;
    grant execute on all functions in schema dashboard to complaint_daemon, complaint_staff, complaint_readonly, complaint_admin;
    alter default privileges in schema desk, desk_api, dashboard revoke execute on functions from public;
    alter default privileges revoke execute on functions from public;
    reset role;
end
$$;
