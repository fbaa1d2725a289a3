-- What a remedy rests on: every one carries its reference to the terms into the mail, whoever asked for it.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.ladder_ground(p_party bigint, p_relation text, p_track text, p_kind text) returns text
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_party bigint := (select l.party from party_closure c join ladder l on l.party = c.ancestor and l.relation = p_relation and l.track = p_track
        where c.descendant = p_party order by c.depth limit 1);
begin
    return (select l.ground from ladder l
        where l.relation = p_relation and l.track = p_track and l.party is not distinct from v_party and l.ground <> ''
        order by l.action = p_kind desc, l.step desc limit 1);
end
$$;
comment on function desk.ladder_ground is 'The ground of the step that does this, else of the last step that has one; null: that of policy "ground".';

create or replace function desk.action_grounded() returns trigger
language plpgsql security definer set search_path = desk, pg_temp as $$
begin
    select desk.ladder_ground(new.party, case when new.kind = 'stop-redirection' and new.figures ? 'mails' then 'mail-redirection' else c.relation end, c.track, new.kind)
        into new.ground from "case" c where c.id = new."case";
    return new;
end
$$;
comment on function desk.action_grounded is 'Gives a remedy that no step of the ladder asked for the ground of the ladder.';

create or replace trigger action_grounded before insert on desk.action
    for each row when (new.ground is null and new."case" is not null and new.kind in ('suspend', 'stop-redirection', 'delete', 'pause'))
    execute function desk.action_grounded();
reset check_function_bodies;
