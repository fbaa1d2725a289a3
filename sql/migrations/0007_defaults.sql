-- Keys and the policies that hold where nobody set another.
set role complaint_owner;

-- 64 bytes from four random uuids (488 random bits), hashed into a 32-byte key, padded and
-- xored as RFC 2104 asks.
create function desk.secret_make(p_purpose text, p_key bytea default null) returns int
language plpgsql volatile as $$
declare
    k bytea := coalesce(p_key, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
        || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
    i bytea := decode(repeat('36', 64), 'hex');
    o bytea := decode(repeat('5c', 64), 'hex');
    v_id int;
begin
    if length(k) > 64 then
        k := sha256(k);
    end if;
    for n in 0 .. length(k) - 1 loop
        i := set_byte(i, n, get_byte(k, n) # 54);
        o := set_byte(o, n, get_byte(k, n) # 92);
    end loop;
    insert into desk.secret (purpose, inner_pad, outer_pad) values (p_purpose, i, o) returning id into v_id;
    return v_id;
end
$$;
comment on function desk.secret_make is 'Makes a key (random unless given) for a purpose; returns its id, never the key.';
revoke all on function desk.secret_make from public;

select desk.secret_make('complainant');
select desk.secret_make('token');

insert into desk.policy_name (name, kind, meaning) values
    ('suspend_above', 'number', 'Counting complaints about a domain above which suspension is proposed'),
    ('cease_customer_above', 'number', 'Spamming domains of a customer above which the cease-account mail goes'),
    ('cease_reseller_domains_above', 'number', 'Domains of a sub-reseller above which its percentage is looked at'),
    ('cease_reseller_percent_above', 'number', 'Percent of a sub-reseller''s domains complained about above which the cease-account mail goes'),
    ('redirection_mails_above', 'number', 'Mails a day above which a redirection with an open case is proposed to be stopped'),
    ('registrar_inform_only', 'switch', 'Registrar relation: only inform the chain, never propose suspension'),
    ('auto_suspend', 'switch', 'Suspensions by policy are carried out without approval, within the daily cap'),
    ('auto_stop', 'switch', 'Stopped redirections by policy are carried out without approval, within the daily cap'),
    ('auto_pause', 'switch', 'Pauses by policy are carried out without approval, within the daily cap'),
    ('auto_daily_cap', 'number', 'Actions a day carried out without approval, per desk'),
    ('shadow', 'switch', 'Decide everything, send and do nothing'),
    ('hold_mail', 'switch', 'Owe mails as held: a person releases them'),
    ('enforce', 'text', 'How approved actions are carried out: hook, or person (who confirms)'),
    ('staff_email', 'text', 'Where staff mails go; unset: the desk''s abuse address'),
    ('submitters', 'list', 'Addresses of staff that may mail domain,reporter lines for the whole desk'),
    ('authority_senders', 'list', 'Addresses and @domains of authorities that page staff'),
    ('privacy_url', 'text', 'Privacy notice named in acknowledgments'),
    ('ground', 'text', 'Reference to the terms named in notices, unless the ladder step has its own'),
    ('answer_days', 'number', 'Days a customer has to act on a warning, as written in it'),
    ('whois_days', 'number', 'Days to correct registrant data'),
    ('whois_remedy', 'text', 'After the whois deadline: suspend or delete'),
    ('pause_days', 'number', 'Days an answer pauses the ladder, at most 3'),
    ('ack', 'switch', 'Acknowledge complaints at all'),
    ('tell_outcome', 'switch', 'Complainants who were answered are told the outcome'),
    ('ack_unauthenticated', 'switch', 'Acknowledge reporters the border does not vouch for: backscatter, leave it off'),
    ('ack_address_day', 'number', 'Acknowledgments to one address in 24 hours'),
    ('ack_domain_hour', 'number', 'Acknowledgments to one domain in an hour'),
    ('ack_hour', 'number', 'Acknowledgments of a desk in an hour'),
    ('submit_answers_day', 'number', 'Complainants answered on one submitter''s word in 24 hours'),
    ('rate_warn_permille', 'number', 'Complaints per thousand mails a day above which a bulk-mail customer is warned'),
    ('rate_pause_permille', 'number', 'Complaints per thousand mails a day above which a pause is proposed'),
    ('rate_minimum', 'number', 'Mails a day below which rates are not looked at'),
    ('raw_days', 'number', 'Days the bytes of mails are kept'),
    ('complaint_days', 'number', 'Days addresses of complainants are kept');

insert into desk.policy (name, value) values
    ('suspend_above', '5'), ('cease_customer_above', '3'), ('cease_reseller_domains_above', '15'),
    ('cease_reseller_percent_above', '8'), ('redirection_mails_above', '300'),
    ('registrar_inform_only', 'false'), ('auto_suspend', 'false'), ('auto_stop', 'false'), ('auto_pause', 'false'),
    ('auto_daily_cap', '10'), ('shadow', 'false'), ('hold_mail', 'false'), ('enforce', '"person"'),
    ('submitters', '[]'), ('authority_senders', '[]'), ('privacy_url', '""'), ('ground', '""'),
    ('answer_days', '3'), ('whois_days', '15'), ('whois_remedy', '"suspend"'), ('pause_days', '3'),
    ('ack', 'true'), ('tell_outcome', 'true'), ('ack_unauthenticated', 'false'), ('ack_address_day', '10'), ('ack_domain_hour', '100'), ('ack_hour', '500'),
    ('submit_answers_day', '1000'), ('rate_warn_permille', '1'), ('rate_pause_permille', '3'), ('rate_minimum', '1000'),
    ('raw_days', '90'), ('complaint_days', '730');

insert into desk.ladder (relation, track, step, action, delay_days, approval) values
    ('registrar', 'abuse', 1, 'warn', 0, false),
    ('registrar', 'abuse', 2, 'remind', 3, false),
    ('registrar', 'abuse', 3, 'escalate', 4, false),
    ('mail-redirection', 'abuse', 1, 'warn', 0, false),
    ('mail-redirection', 'abuse', 2, 'stop-redirection', 3, true),
    ('mail-redirection', 'abuse', 3, 'suspend', 7, true),
    ('web-redirection', 'abuse', 1, 'warn', 0, false),
    ('web-redirection', 'abuse', 2, 'stop-redirection', 3, true),
    ('dns', 'abuse', 1, 'warn', 0, false),
    ('dns', 'abuse', 2, 'remind', 3, false),
    ('dns', 'abuse', 3, 'escalate', 4, false),
    ('hosting', 'abuse', 1, 'warn', 0, false),
    ('hosting', 'abuse', 2, 'suspend', 3, true),
    ('sending', 'abuse', 1, 'warn', 0, false),
    ('whois', 'whois', 1, 'whois-inquiry', 0, false),
    ('whois', 'whois', 2, 'whois-inquiry', 5, false),
    ('whois', 'whois', 3, 'whois-inquiry', 5, false),
    ('whois', 'whois', 4, 'suspend', 5, true);
