-- Tokens that a bulk mailer's mails carry: whose mail it is, of which campaign, to whom.
--   ct-<party>-<campaign>-<recipient>-<16 hex digits of HMAC>
-- Lower case throughout and at most 62 characters, so that it stands in a Message-ID, a VERP
-- address, a Feedback-ID or an unsubscribe link and survives who folds the case.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.recipient_hash(p_address text) returns text
language sql stable security definer set search_path = desk, pg_temp as $$
    select 'h' || left(encode(desk.hmac(s.inner_pad, s.outer_pad, 'recipient ' || desk.address_normal(p_address)), 'hex'), 16)
    from secret s where s.purpose = 'complainant'
$$;
comment on function desk.recipient_hash is 'What a token carries in place of an address: who knows the address can check it, nobody can read it.';

create or replace function desk.sending_token_make(p_party bigint, p_campaign text, p_recipient text) returns text
language plpgsql stable security definer set search_path = desk, pg_temp as $$
declare
    v_campaign text := lower(coalesce(p_campaign, '0'));
    v_recipient text := lower(coalesce(p_recipient, '0'));
    v_body text;
begin
    if v_recipient ~ '@' then
        v_recipient := desk.recipient_hash(p_recipient);
    elsif v_recipient ~ '^h[0-9a-f]{16}$' then
        raise exception 'recipient "%" looks like the hash of an address', p_recipient using errcode = 'invalid_parameter_value';
    end if;
    if v_campaign !~ '^[a-z0-9_]{1,20}$' then
        raise exception 'campaign "%": up to 20 letters a-z, digits and _', p_campaign using errcode = 'invalid_parameter_value';
    elsif v_recipient !~ '^[a-z0-9_]{1,20}$' then
        raise exception 'recipient "%": an address, or up to 20 letters a-z, digits and _', p_recipient using errcode = 'invalid_parameter_value';
    end if;
    v_body := 'ct-' || p_party || '-' || v_campaign || '-' || v_recipient;
    if length(v_body) > 45 then
        raise exception 'the token would be longer than 62 characters' using errcode = 'invalid_parameter_value', hint = 'Shorten campaign and recipient.';
    end if;
    return v_body || '-' || (select left(encode(desk.hmac(s.inner_pad, s.outer_pad, 'send ' || v_body), 'hex'), 16)
        from secret s where s.purpose = 'token' and s.retired_at is null order by s.id desc limit 1);
end
$$;
comment on function desk.sending_token_make is 'The token of a mail of a bulk-mail customer, signed with the youngest key.';

-- plpgsql keeps its plan: it is called for every candidate.
create or replace function desk.sending_token(p_token text, out party bigint, out campaign text, out recipient text)
returns setof record
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
declare
    v_part text[] := regexp_match(lower(left(p_token, 100)), '^(ct-([0-9]{1,18})-([a-z0-9_]{1,20})-([a-z0-9_]{1,20}))-([0-9a-f]{16})$');
begin
    if v_part is null then
        return;
    end if;
    perform from secret s where s.purpose = 'token' and s.retired_at is null
        and left(encode(desk.hmac(s.inner_pad, s.outer_pad, 'send ' || v_part[1]), 'hex'), 16) = v_part[5];
    if found then
        party := v_part[2]::bigint;
        campaign := nullif(v_part[3], '0');
        recipient := nullif(v_part[4], '0');
        return next;
    end if;
end
$$;
comment on function desk.sending_token is 'What a token says, when one of the two valid keys made it; else no row.';

create or replace function desk.sending_tokens_in(p_text text) returns setof text
language sql immutable parallel safe as $$
    select distinct t[1] from regexp_matches(lower(p_text), '(?:^|[^a-z0-9_])(ct-[0-9]{1,18}-[a-z0-9_]{1,20}-[a-z0-9_]{1,20}-[0-9a-f]{16})(?![0-9a-z])', 'g') t limit 20
$$;
comment on function desk.sending_tokens_in is 'Candidates of tokens in a text; desk.sending_token() says which are ours.';

-- What a token or a Feedback-ID names among our resources.
create or replace function desk.sending_named(p_kind text, p_value text)
returns table (id bigint, kind text, role text, services text[], party bigint, name text, status text)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    if p_kind = 'token' then
        -- A token names the customer; of his resources the first that sends stands for him.
        return query
        select r.id, r.kind, r.role, r.services, r.party, r.name, r.status
        from desk.sending_token(p_value) t
        cross join lateral (select * from resource r where r.party = t.party and r.ended_at is null
            and (r.kind = 'identifier' or r.kind in ('network', 'domain') and 'sending' = any(r.services)) order by r.id limit 1) r;
    else
        -- "campaign:customer:type:sender": any field, or all of them, may be registered.
        return query
        select r.id, r.kind, r.role, r.services, r.party, r.name, r.status
        from unnest(left(p_value, 300) || string_to_array(left(p_value, 300), ':')) w(name)
        cross join lateral (select * from resource r where r.kind = 'identifier' and r.identifier = 'feedback-id' and r.ended_at is null and r.name = btrim(w.name) limit 1) r
        order by length(r.name) desc limit 1;
    end if;
end
$$;
comment on function desk.sending_named is 'The resource that a verified token or a Feedback-ID names.';

-- Evidence of a bulk mailer's mail, the best first.
create or replace function desk.sending_rank(p_kind text, p_resource_kind text, p_name text) returns int
language sql immutable parallel safe as $$
    select case
        when p_kind = 'token' then 1
        when p_kind = 'dkim' then 2
        -- A link to a customer's domain stands in the mails of others, too.
        when p_resource_kind = 'domain' and p_kind in ('url', 'reported-uri', 'list-unsubscribe', 'reply-to', 'typed', 'mailbox', 'line') then 7
        when p_resource_kind = 'domain' then 3
        when p_resource_kind = 'identifier' then 4
        when p_resource_kind = 'network' and (p_name ~ '/(32|128)$' or p_name !~ '/') then 5
        else 6 end
$$;
comment on function desk.sending_rank is '1 our verified token, 2 DKIM d=, 3 custom sending domain, 4 Feedback-ID or List-Id, 5 dedicated address, 6 network, 7 a mere link to a sending domain.';

-- A provider's own server measured what a loop's report shows of the mail; who merely
-- forwards a mail can write anything into it.
create or replace function desk.sending_strength(p_kind text, p_strength int, p_resource_kind text, p_services text[], p_is_loop boolean) returns int
language sql immutable parallel safe as $$
    select case
        when not p_is_loop or not (p_resource_kind = 'identifier' or 'sending' = any(p_services)) then p_strength
        when p_kind in ('dkim', 'list-id', 'feedback-id') then least(p_strength, 2)
        when p_kind = 'return-path' then least(p_strength, 4)
        else p_strength end
$$;
comment on function desk.sending_strength is 'Strength of a piece of evidence when it stands in the report of an authenticated feedback loop.';
create or replace function desk.sends() returns boolean
language sql stable security definer set search_path = desk, pg_temp as $$
    select exists (select from resource r where r.ended_at is null and (r.kind = 'identifier' or 'sending' = any(r.services)))
$$;
comment on function desk.sends is 'Whether bulk mail is sent from here: then reports may carry tokens of customers.';
reset check_function_bodies;
