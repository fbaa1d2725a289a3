-- desk_api: reporters, policies and parties.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.reporter_key(p_address text) returns text
language plpgsql immutable as $$
declare
    v_address text := desk.address_normal(p_address);
begin
    if v_address is null or v_address !~ '^[^@[:space:]]*@[^@[:space:]]+$' then
        raise exception '"%" is neither an address nor @domain', p_address using errcode = 'invalid_parameter_value';
    end if;
    return v_address;
end
$$;
comment on function desk.reporter_key is 'An address or @domain as desk.reporter keeps it.';

create or replace function desk_api.reporter_trust(p_address text, p_trust text, p_reason text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
begin
    if p_trust is null or p_trust not in ('trusted', 'normal', 'distrusted', 'blocked') then
        raise exception 'trust "%": one of trusted normal distrusted blocked', p_trust using errcode = 'invalid_parameter_value';
    end if;
    target := desk.reporter_key(p_address);
    insert into reporter (address, trust, note, set_at, set_by) values (target, p_trust, p_reason, p_now, desk.who(p_by))
    on conflict (address) do update set trust = excluded.trust, note = excluded.note, set_at = excluded.set_at, set_by = excluded.set_by;
    perform desk.audit_write('reporter ' || p_trust, desk.who(p_by), p_now, p_detail => jsonb_build_object('address', target, 'reason', p_reason));
    result := 'done';
    detail := 'holds for complaints from now on';
    return next;
end
$$;
comment on function desk_api.reporter_trust is 'Trusts, distrusts or blocks an address or @domain; blocked ones are neither counted nor answered.';

create or replace function desk_api.reporter_ack(p_address text, p_rule text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
begin
    if p_rule not in ('never', 'first-per-case', 'always') then
        raise exception 'acknowledgment rule "%": one of never first-per-case always', p_rule using errcode = 'invalid_parameter_value';
    end if;
    target := desk.reporter_key(p_address);
    insert into reporter (address, ack_rule, set_at, set_by) values (target, p_rule, p_now, desk.who(p_by))
    on conflict (address) do update set ack_rule = excluded.ack_rule, set_at = excluded.set_at, set_by = excluded.set_by;
    perform desk.audit_write('reporter acknowledgment rule', desk.who(p_by), p_now, p_detail => jsonb_build_object('address', target, 'rule', p_rule));
    result := 'done';
    detail := '';
    return next;
end
$$;
comment on function desk_api.reporter_ack is 'Whether a reporter, such as a machine that wants a confirmation, is acknowledged; null: by the general rules.';

create or replace function desk.party_named(p_ref text) returns bigint
language plpgsql stable security definer set search_path = desk, pg_temp as $$
declare
    v_party bigint := (select id from party where ref = p_ref);
begin
    if v_party is null and p_ref is not null then
        raise exception 'there is no party "%"%', p_ref, desk.nearest_party(p_ref) using errcode = 'no_data_found';
    end if;
    return v_party;
end
$$;
comment on function desk.party_named is 'The party of a reference, or an error.';

create or replace function desk_api.policy_set(p_party text, p_name text, p_value text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_party);
    v_kind text := (select kind from policy_name where name = p_name);
    v_value jsonb;
begin
    if v_kind is null then
        raise exception 'there is no policy "%"%', p_name, coalesce(nullif(desk.did_you_mean(p_name, array(select name from policy_name order by name)), ''),
            ': "complaint policy show" lists them') using errcode = 'invalid_parameter_value';
    end if;
    if p_value is null then
        if v_party is null then
            raise exception 'the default of "%" can be changed but not unset', p_name using errcode = 'invalid_parameter_value';
        end if;
        delete from policy where party = v_party and name = p_name;
    else
        v_value := case v_kind
            when 'number' then case when p_value ~ '^[0-9]{1,9}$' then to_jsonb(p_value::bigint) end
            when 'decimal' then case when p_value ~ '^[0-9]{1,6}([.][0-9]{1,3})?$' and p_value::numeric > 0 then to_jsonb(p_value::numeric) end
            when 'switch' then case when lower(p_value) in ('yes', 'true', 'on', '1') then 'true'::jsonb when lower(p_value) in ('no', 'false', 'off', '0') then 'false'::jsonb end
            when 'list' then coalesce((select jsonb_agg(lower(w)) from regexp_split_to_table(btrim(p_value), '[,;[:space:]]+') w where w <> ''), '[]')
            else to_jsonb(desk.clean(p_value, 500)) end;
        v_value := case
            when p_name = 'enforce' and p_value not in ('hook', 'person') then null
            when p_name = 'whois_remedy' and p_value not in ('suspend', 'delete') then null
            when p_name = 'pause_days' and v_value::text::int > 3 then null
            when p_name = 'staff_email' and p_value <> '' and not desk.address_sane(desk.address_normal(p_value)) then null
            else v_value end;
        if v_value is null then
            raise exception '"%" is no value for policy %: %', p_value, p_name, case
                when p_name = 'enforce' then 'hook or person' when p_name = 'whois_remedy' then 'suspend or delete' when p_name = 'pause_days' then '0 to 3'
                when p_name = 'staff_email' then 'an address' when v_kind = 'number' then 'a number' when v_kind = 'switch' then 'yes or no' else v_kind end
                using errcode = 'invalid_parameter_value';
        end if;
        insert into policy (party, name, value, set_at, set_by) values (v_party, p_name, v_value, p_now, desk.who(p_by))
        on conflict on constraint policy_once do update set value = excluded.value, set_at = excluded.set_at, set_by = excluded.set_by;
    end if;
    perform desk.audit_write('policy set', desk.who(p_by), p_now, p_party => v_party, p_detail => jsonb_build_object('name', p_name, 'value', v_value));
    target := coalesce(p_party || ' ', '') || p_name;
    result := 'done';
    detail := coalesce(v_value #>> '{}', 'inherited');
    return next;
end
$$;
comment on function desk_api.policy_set is 'Sets a policy for a party and all below it (null: for everybody); value null: inherit again.';

create or replace function desk_api.ladder_set(p_party text, p_relation text, p_track text, p_step int, p_action text, p_delay int default null,
    p_approval boolean default null, p_ground text default null, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_party);
    v_old ladder;
    v_lost text;
    v_gap text;
begin
    perform desk.one_of('relation', p_relation, array['registrar', 'mail-redirection', 'web-redirection', 'dns', 'hosting', 'sending', 'whois']);
    perform desk.one_of('track', p_track, array['abuse', 'whois', 'restricted']);
    if p_step is null or p_step not between 1 and 20 then
        raise exception 'step %: from 1 to 20', p_step using errcode = 'invalid_parameter_value';
    elsif p_delay not between 0 and 3650 then
        raise exception 'delay %: from 0 to 3650 days', p_delay using errcode = 'invalid_parameter_value';
    end if;
    target := concat_ws(' ', p_party, p_relation, p_track, p_step);
    result := 'done';
    select * into v_old from ladder where party is not distinct from v_party and relation = p_relation and track = p_track and step = p_step;
    if p_action is not null then
        perform desk.one_of('action', p_action, array['warn', 'remind', 'suspend', 'stop-redirection', 'cease', 'whois-inquiry', 'delete', 'pause', 'suppress', 'inform', 'escalate']);
        if p_action = 'delete' and p_approval is false then
            raise exception 'a deletion always waits for approval' using errcode = 'check_violation';
        end if;
    end if;
    v_gap := case when p_action is null
        then (select 'step ' || min(l.step) || ' would never be reached: remove the last step first' from ladder l
            where l.party is not distinct from v_party and l.relation = p_relation and l.track = p_track and l.step > p_step and v_old.id is not null having count(*) > 0)
        when p_step > 1 and not exists (select from ladder l where l.party is not distinct from v_party and l.relation = p_relation and l.track = p_track and l.step = p_step - 1)
        then 'step ' || p_step || ' would never be reached: there is no step ' || p_step - 1 || ' here' end;
    if v_gap is not null then
        result := 'refused';
        detail := v_gap;
    elsif p_action is null then
        delete from ladder where id = v_old.id;
        result := case when v_old.id is null then 'refused' else 'done' end;
        detail := case when v_old.id is null then 'there is no such step' else 'removed' end;
    else
        -- A party's first step of its own replaces what it inherited: that must not go unsaid.
        v_lost := (select string_agg(distinct l.step::text, ', ') from ladder l
            where v_party is not null and l.party is not distinct from (select o.party from party_closure c
                    join ladder o on o.party = c.ancestor and o.relation = p_relation and o.track = p_track
                    where c.descendant = v_party order by c.depth limit 1)
                and l.relation = p_relation and l.track = p_track and l.step <> p_step
                and not exists (select from ladder o where o.party = v_party and o.relation = p_relation and o.track = p_track));
        insert into ladder (party, relation, track, step, action, delay_days, approval, ground)
        values (v_party, p_relation, p_track, p_step, p_action, coalesce(p_delay, v_old.delay_days, 0),
            -- Who changes the wording of a warning does not want to approve each.
            coalesce(p_approval, case when v_old.action = p_action then v_old.approval end, not desk.action_is_mail(p_action)),
            nullif(coalesce(p_ground, v_old.ground), ''))
        on conflict on constraint ladder_once do update
            set action = excluded.action, delay_days = excluded.delay_days, approval = excluded.approval, ground = excluded.ground;
        detail := p_action || coalesce('; the inherited steps of this ladder (' || v_lost || ') no longer hold here', '');
    end if;
    perform desk.audit_write('ladder set', desk.who(p_by), p_now, p_party => v_party, p_detail => jsonb_build_object('relation', p_relation,
        'track', p_track, 'step', p_step, 'action', p_action, 'delay_days', p_delay, 'approval', p_approval, 'ground', p_ground)) where result = 'done';
    return next;
end
$$;
comment on function desk_api.ladder_set is 'Sets a step of the ladder for a party and all below it; action null removes it. What is null stays as it was; a new step that takes something away waits for approval.';

create or replace function desk_api.party_set(p_ref text, p_field text, p_value text, p_by text default null, p_now timestamptz default now())
returns table (target text, result text, detail text)
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
#variable_conflict use_column
declare
    v_party bigint := desk.party_named(p_ref);
begin
    if v_party is null then
        raise exception 'which party?' using errcode = 'invalid_parameter_value';
    elsif p_field not in ('name', 'username_email', 'abuse_email', 'signature', 'language', 'brand', 'sending', 'timezone') then
        perform desk.one_of('field', p_field, array['name', 'username_email', 'abuse_email', 'signature', 'language', 'brand', 'sending', 'timezone']);
    elsif p_field like '%\_email' and p_value is not null and not desk.address_sane(desk.address_normal(p_value)) then
        raise exception '"%" is no address', p_value using errcode = 'invalid_parameter_value';
    elsif p_field = 'timezone' and p_value is not null and not exists (select from pg_catalog.pg_timezone_names z where z.name = p_value) then
        raise exception 'there is no time zone "%"%', p_value, desk.did_you_mean(p_value, array(select z.name from pg_catalog.pg_timezone_names z order by 1))
            using errcode = 'invalid_parameter_value';
    elsif p_field = 'sending' and p_value not in ('own', 'on-behalf') then
        perform desk.one_of('sending', p_value, array['own', 'on-behalf']);
    elsif p_field = 'language' and p_value !~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$' then
        raise exception '"%" is no language (de, pt-BR)', p_value using errcode = 'invalid_parameter_value';
    elsif p_field in ('name', 'sending') and p_value is null then
        raise exception '% can not be empty', p_field using errcode = 'invalid_parameter_value';
    end if;
    update party set
        name = case p_field when 'name' then desk.clean(p_value, 200) else name end,
        username_email = case p_field when 'username_email' then desk.address_normal(p_value) else username_email end,
        abuse_email = case p_field when 'abuse_email' then desk.address_normal(p_value) else abuse_email end,
        signature = case p_field when 'signature' then left(p_value, 2000) else signature end,
        language = case p_field when 'language' then p_value else language end,
        brand = case p_field when 'brand' then desk.clean(p_value, 200) else brand end,
        sending = case p_field when 'sending' then p_value else sending end,
        timezone = case p_field when 'timezone' then p_value else timezone end
    where id = v_party;
    perform desk.audit_write('party set', desk.who(p_by), p_now, p_party => v_party, p_detail => jsonb_build_object('field', p_field, 'value', p_value));
    target := p_ref;
    result := 'done';
    detail := p_field;
    return next;
end
$$;
comment on function desk_api.party_set is 'Changes one field of a party; null: its default.';
reset check_function_bodies;
