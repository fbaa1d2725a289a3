-- What somebody may have meant who mistyped a word of a small vocabulary.
set role complaint_owner;

-- Changed, missing, added and swapped letters, like daemon/nearest.c counts them.
create or replace function desk.word_distance(p_a text, p_b text) returns int
language plpgsql immutable strict set search_path = desk, pg_temp as $$
declare
    a text[] := string_to_array(lower(left(p_a, 64)), null);
    b text[] := string_to_array(lower(left(p_b, 64)), null);
    v_before int[];
    v_last int[] := array(select generate_series(0, cardinality(b)));
    v_row int[];
begin
    for i in 1 .. cardinality(a) loop
        v_row := array[i];
        for j in 1 .. cardinality(b) loop
            v_row[j + 1] := least(v_last[j + 1] + 1, v_row[j] + 1, v_last[j] + (a[i] <> b[j])::int,
                case when i > 1 and j > 1 and a[i] = b[j - 1] and a[i - 1] = b[j] then v_before[j - 1] + 1 end);
        end loop;
        v_before := v_last;
        v_last := v_row;
    end loop;
    return v_last[cardinality(b) + 1];
end
$$;
comment on function desk.word_distance is 'How many letters must be changed, added, left out or swapped to make one word of another.';

create or replace function desk.nearest(p_word text, p_words text[]) returns text
language sql stable set search_path = desk, pg_temp as $$
    -- A third of the word may be wrong, else anything short would be near to everything.
    -- Of a long list only words with the same first letter are compared: there are a thousand time zones.
    select w from (select w, n, desk.word_distance(p_word, w) as distance from unnest(p_words) with ordinality u(w, n)
        where abs(length(w) - length(p_word)) <= greatest(2, length(p_word) / 3)
            and (cardinality(p_words) <= 200 or lower(left(w, 1)) = lower(left(p_word, 1)))) d
    where distance <= greatest(2, length(p_word) / 3) and distance < length(w) order by distance, n limit 1
$$;
comment on function desk.nearest is 'The word of a list that is nearest to a mistyped one; null: none is near.';

create or replace function desk.did_you_mean(p_word text, p_words text[]) returns text
language sql stable set search_path = desk, pg_temp as $$
    select coalesce('; did you mean "' || desk.nearest(p_word, p_words) || '"?', '')
$$;
comment on function desk.did_you_mean is 'The end of a message about a mistyped word; empty: none is near.';

-- Of very many references only the neighbours in the order of names are compared.
create or replace function desk.nearest_party(p_ref text, p_kind text default null) returns text
language sql stable security definer set search_path = desk, pg_temp as $$
    select desk.did_you_mean(p_ref, array(
        (select ref from party where ref >= left(p_ref, 2) and left_at is null and (p_kind is null or kind = p_kind) order by ref limit 100)
        union
        (select ref from party where ref >= p_ref and left_at is null and (p_kind is null or kind = p_kind) order by ref limit 50)
        union
        (select ref from party where ref < p_ref and left_at is null and (p_kind is null or kind = p_kind) order by ref desc limit 50)))
$$;
comment on function desk.nearest_party is 'The end of a message about a party that does not exist; empty: none is near.';

create or replace function desk.one_of(p_what text, p_word text, p_words text[]) returns void
language plpgsql stable set search_path = desk, pg_temp as $$
begin
    if p_word is null or not p_word = any(p_words) then
        raise exception '%: "%" is none of %', p_what, coalesce(p_word, ''), array_to_string(p_words, ', ') || desk.did_you_mean(p_word, p_words)
            using errcode = 'invalid_parameter_value';
    end if;
end
$$;
comment on function desk.one_of is 'Refuses a word that is not of a vocabulary, and names the nearest that is.';
