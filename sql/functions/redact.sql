-- What may be shown of a link to those it is complained about to.
set role complaint_owner;
set check_function_bodies = off;

-- Runs that no person types: senders mark each recipient's links with them.
create or replace function desk.looks_marked(p_text text) returns boolean
language sql immutable parallel safe as $$
    select coalesce(p_text ~ '[0-9]{10,}' or p_text ~* '(?=[0-9a-f]*[0-9])[0-9a-f]{12,}'
        or p_text ~ '(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{16,}', false)
$$;
comment on function desk.looks_marked is 'Could this piece of a link be the mark of one recipient.';

create or replace function desk.redact_link(p_link text, p_domain text, p_person text) returns text
language plpgsql immutable parallel safe as $$
declare
    v_link text := regexp_replace(p_link, '[?#;].*$', '');
    v_scheme text := coalesce(substring(v_link from '^[a-z][a-z0-9+.-]*://'), '');
    v_pieces text[];
    v_local text := split_part(lower(p_person), '@', 1);
    v_coded text := rtrim(replace(encode(convert_to(lower(p_person), 'UTF8'), 'base64'), E'\n', ''), '=');
    v_host text;
begin
    -- Most links have nothing of the kind, and mails about a case read a hundred of them.
    if not desk.looks_marked(v_link) and v_link !~* '@|%40' and (length(v_local) >= 3 and position(v_local in lower(v_link)) > 0) is not true
        and (length(v_coded) >= 8 and position(v_coded in v_link) > 0) is not true then
        return v_link;
    end if;
    v_pieces := string_to_array(substr(v_link, length(v_scheme) + 1), '/');
    for i in 1 .. cardinality(v_pieces) loop
        if v_pieces[i] ~* '@|%40' or i > 1 and (desk.looks_marked(v_pieces[i])
                or length(v_local) >= 3 and position(v_local in lower(v_pieces[i])) > 0
                or length(v_coded) >= 8 and position(v_coded in v_pieces[i]) > 0) then
            v_pieces[i] := '...';
        end if;
    end loop;
    -- A host may bear a mark, too, but not in the name that the complaint is about.
    v_host := lower(v_pieces[1]);
    if v_host <> p_domain and v_host like '%.' || p_domain and desk.looks_marked(left(v_host, -length(p_domain))) then
        v_pieces[1] := '...' || p_domain;
    end if;
    return v_scheme || array_to_string(v_pieces, '/');
end
$$;
comment on function desk.redact_link is 'A link without parameters, addresses, and what could name or mark the person who complained.';
reset check_function_bodies;
