-- Delivery failures: what kind, who blocks, whose mail it was.
set role complaint_owner;
set check_function_bodies = off;

-- The first row that fits decides. Codes are enhanced status codes (RFC 3463 and its registry);
-- words are what servers say where the code says nothing, or something else than they mean.
create or replace function desk.bounce_rules() returns table (n int, class text, code text, words text)
language sql immutable parallel safe as $$
    values
        (1, 'mailbox-full', '^[45][.]2[.]2$', '(mail ?box|quota|storage|inbox|disk).{0,40}(full|exceed|over|limit)|over ?quota|quota ?exceeded|user is over|insufficient (system )?storage|boîte.{0,20}pleine|postfach.{0,20}voll|buzón.{0,20}lleno'),
        (2, 'blocked-list', null, 'spamhaus|spamcop|barracudacentral|\mbrbl\M|sorbs|uceprotect|abusix|invaluement|mailspike|\mpsbl\M|s5h[.]net|dnsbl|dnsrbl|\mrbl\M|block ?list|black ?list|deny ?list|blocked using|(?<!not )listed (at|by|in|on) '),
        -- What is wrong is the sender's address, not the recipient's.
        (3, 'blocked-policy', '^[45][.]1[.][78]$', '\m(sender|envelope)[- ](address|domain|verif).{0,60}(rejected|unknown|invalid|not found|does not exist|doesn''t exist|fail|resolve)|\mmail from\M.{0,40}(rejected|unknown|invalid|verif|resolve)'),
        (4, 'deferred', null, 'gr[ea]y ?list'),
        -- These codes say "policy" and mean that nobody is there, or the other way round.
        (5, 'invalid-address', null, '(user|recipient|mailbox|mail ?box|account|address|destinataire|empfänger|usuario).{0,60}(unknown|n[o'']t exist|not found|no such|inactive|disabled|unavailable|does not exist|doesn''t have|inconnu|unbekannt|no existe|invalid|rejected: undeliverable)|(no such|unknown|invalid|nonexistent|unrouteable|bad) (user|recipient|mailbox|address|account|local)|no mailbox (here )?by that name|not a valid (mailbox|user|recipient)|not listed in domino|is not a (known|valid) user|user doesn''t|host or domain name not found|domain (name )?(does not|doesn''t) (exist|resolve)|unrouteable|alias.{0,30}expand|5[.]4[.]1 recipient address rejected: access denied'),
        (6, 'content', '^[45][.]6[.]|^[45][.]3[.]4$|^5[.]7[.](13|19)$', 'virus|malware|trojan|infected|attachment (type|not)|message (is )?too (large|big)|size (limit|exceed)|exceed.{0,20}size|content (rejected|blocked|filter)|message content|phish|suspicious (url|link)|\muribl\M|\msurbl\M|spam (content|message) (rejected|detected)|looks like spam|contains? (a )?(url|link)'),
        (7, 'blocked-policy', '^[45][.]7[.]', 'reputation|policy|polic(y|ies) reasons|\mdmarc\M|\mspf\M|\mdkim\M|reverse (dns|mapping)|\mptr\M|rate ?limit|too many|unsolicited|spam|denied|blocked|refused|not (accepted|allowed|authori[sz]ed)|banned|complaints|try again|throttl|tss0[0-9]|s3140|s3150|4[.]7[.]28'),
        (8, 'invalid-address', '^[45][.]1[.]|^[45][.]2[.]1$|^[45][.]4[.]4$', null),
        (9, 'deferred', '^[45][.]4[.]|^[45][.]3[.]', 'timed? ?out|timeout|connection (refused|reset|lost|closed)|no route|unreachable|temporar|not responding|delayed|deferred|retry')
$$;
comment on function desk.bounce_rules is 'Class of a delivery failure by enhanced status code or by words, in this order.';

create or replace function desk.bounce_class(p_status text, p_diagnostic text, p_action text) returns text
language plpgsql immutable parallel safe as $$
begin
    if p_action in ('delivered', 'relayed', 'expanded') or p_status ~ '^2' then
        return 'delivered';
    end if;
    return (select case when p_action = 'delayed' or p_status ~ '^4' or p_status is null and p_diagnostic ~ '^(smtp; *)?4[0-9][0-9][ -]' then
                -- Still trying, or given up without an answer for good: only who blocks is worth a name.
                -- That a name server was down for days makes no address invalid.
                case when c.class in ('blocked-list', 'blocked-policy', 'mailbox-full') then c.class else 'deferred' end
            else coalesce(c.class, 'other') end
        from (select (select r.class from desk.bounce_rules() r where p_status ~ r.code or p_diagnostic ~* r.words order by r.n limit 1)) c(class));
end
$$;
comment on function desk.bounce_class is 'What kind of failure: delivered (none) invalid-address mailbox-full blocked-list blocked-policy deferred content other.';

create or replace function desk.bounce_list(p_diagnostic text) returns text
language plpgsql immutable parallel safe as $$
begin
    return coalesce(
        (select l.name from (values
            (1, 'Spamhaus ZEN', 'zen[.]spamhaus'), (2, 'Spamhaus DBL', 'dbl[.]spamhaus|spamhaus dbl'), (3, 'Spamhaus CSS', '\mcss\M.{0,30}spamhaus|spamhaus.{0,30}\mcss\M'),
            (4, 'Spamhaus PBL', 'pbl[.]spamhaus|spamhaus.{0,20}\mpbl\M|\mpbl\M.{0,30}spamhaus'), (5, 'Spamhaus SBL', 'sbl[.]spamhaus|spamhaus.{0,20}\msbl\M|\msbl\M.{0,30}spamhaus'),
            (6, 'Spamhaus', 'spamhaus'), (7, 'SpamCop', 'spamcop'), (8, 'Barracuda', 'barracuda|\mbrbl\M'), (9, 'SORBS', 'sorbs'), (10, 'UCEPROTECT', 'uceprotect'),
            (11, 'Abusix', 'abusix'), (12, 'Invaluement', 'invaluement'), (13, 'Mailspike', 'mailspike'), (14, 'PSBL', '\mpsbl\M'), (15, 'Proofpoint', 'proofpoint|pphosted'),
            (16, 'Cloudmark', 'cloudmark|csi[.]cloudmark'), (17, 'Cisco Talos', 'talosintelligence|senderbase|ironport'), (18, 'Trend Micro', 'trendmicro|ers[.]trend'),
            (19, 'URIBL', '\muribl\M'), (20, 'SURBL', '\msurbl\M'), (21, 'Validity', 'senderscore|returnpath|validity'),
            (30, 'Microsoft S3150', 's3150'), (31, 'Microsoft S3140', 's3140'), (32, 'Microsoft block list', '(protection[.]outlook|messages from.{0,60}weren''t sent|blockliste?d?.{0,20}outlook|delist@messaging|sender[.]office)'),
            (33, 'Yahoo TSS', '\[?tss0[0-9]'), (34, 'Gmail rate', '4[.]7[.]28'), (35, 'Gmail reputation', 'gsmtp.{0,250}reputation|reputation.{0,250}gsmtp'), (36, 'DMARC', '\mdmarc\M'), (37, 'SPF', '\mspf\M'),
            (38, 'no reverse DNS', 'reverse (dns|mapping)|\mptr\M'), (39, 'greylisting', 'gr[ea]ylist')) l(n, name, words)
            where p_diagnostic ~* l.words order by l.n limit 1),
        -- "blocked using list.example", "listed by list.example"
        lower(substring(p_diagnostic from '(?i)(?:blocked|listed|rejected|denied)\s+(?:using|by|at|in|on)\s+(?:the\s+)?((?:[a-z0-9-]{1,63}[.])+[a-z]{2,24})')));
end
$$;
comment on function desk.bounce_list is 'The block list, or the provider''s own reason, that a refusal names.';

-- The first address in a refusal that is one of ours: it says who was refused.
create or replace function desk.bounce_address(p_diagnostic text, out address inet, out party bigint)
language plpgsql stable security definer set search_path = desk, pg_temp set enable_seqscan = off as $$
#variable_conflict use_column
begin
    select desk.to_inet(a.value), r.party into address, party
    from (select m[1] as value, n from regexp_matches(left(p_diagnostic, 1000), '(?:^|[^0-9a-fA-F:.])((?:[0-9]{1,3}[.]){3}[0-9]{1,3}|[0-9a-fA-F]{1,4}:[0-9a-fA-F:]{2,40})(?![0-9a-fA-F:])', 'g') with ordinality m(m, n) limit 10) a
    cross join lateral (select r.party from resource r where r.kind = 'network' and r.ended_at is null and 'sending' = any(r.services)
        and r.network >>= desk.to_inet(a.value) order by masklen(r.network) desc limit 1) r
    order by a.n limit 1;
end
$$;
comment on function desk.bounce_address is 'Our sending address in a refusal, and its customer.';

create or replace function desk.note_bounces(p_messages bigint[], p_run bigint, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    v_parties bigint[];
begin
    with said as materialized (
        select m.id, d.no, desk.address_normal(coalesce(d.x->>'original_recipient', d.x->>'recipient')) as recipient, left(d.x->>'action', 20) as action,
            left(d.x->>'status', 20) as status, desk.clean(d.x->>'diagnostic', 500) as diagnostic, left(d.x->>'reporting_mta', 253) as reporting_mta,
            left(d.x->>'our_message_id', 998) as our_message_id, m.received_at, concat_ws(' ', d.x->>'our_message_id', m.tokens) as tokens
        from unnest(p_messages) q(id)
        cross join lateral (select m.id, m.received_at, m.report->'deliveries' as deliveries,
            concat_ws(' ', m.report #>> '{mail,tokens}', m.report #>> '{mail,to}', m.report #>> '{mail,delivered_to}') as tokens
            from message m where m.id = q.id and m.kind = 'bounce' limit 1) m
        cross join lateral jsonb_array_elements(m.deliveries) with ordinality d(x, no)
    ), classed as materialized (
        select s.*, desk.bounce_class(s.status, s.diagnostic, s.action) as class from said s
    ), known as materialized (
        select c.*, case when c.class in ('blocked-list', 'blocked-policy', 'content', 'deferred') then desk.bounce_list(c.diagnostic) end as list,
            t.party as token_party, t.campaign, t.recipient as recipient_ref, a.address, coalesce(t.party, a.party, h.party) as party
        from classed c
        left join lateral (select t.* from desk.sending_tokens_in(c.tokens) x cross join lateral desk.sending_token(x) t limit 1) t on true
        left join lateral desk.bounce_address(c.diagnostic) a on true
        -- Our Message-ID ends in the customer's own sending domain.
        left join lateral (select r.party from resource r where r.kind = 'domain' and r.ended_at is null and 'sending' = any(r.services)
            and r.name = any(desk.name_suffixes(desk.address_domain(c.our_message_id))) order by length(r.name) desc limit 1) h on true
        where c.class <> 'delivered'
    ), added as (
        insert into bounce (message, no, recipient, action, status, class, diagnostic, reporting_mta, our_message_id, party, at, provider, address, list, campaign, recipient_ref)
        select k.id, k.no, k.recipient, k.action, k.status, k.class, k.diagnostic, k.reporting_mta, k.our_message_id, k.party, k.received_at,
            desk.address_domain(k.recipient), k.address, k.list, k.campaign, k.recipient_ref
        from known k order by k.id, k.no
        -- What came back to a desk itself stands there already, with the mail it answers.
        on conflict on constraint bounce_once do update set party = excluded.party, provider = excluded.provider, address = excluded.address,
            list = excluded.list, campaign = excluded.campaign, recipient_ref = excluded.recipient_ref
    ), fresh as (
    -- A bounce can be forged: only who is named by a verified token is taken off the list, by
    -- his token, and by his address where its hash stands in it.
    insert into suppression as s (party, address_key, address, recipient, provider, campaign, reason, since, message, noted_at)
    select k.token_party, desk.hmac(p.inner_pad, p.outer_pad, case when e.is_proven then 'address ' || k.recipient else 'recipient ' || k.token_party || ' ' || k.recipient_ref end),
        min(case when e.is_proven then k.recipient end), min(k.recipient_ref), min(desk.address_domain(k.recipient)), min(k.campaign), 'invalid-address', min(k.received_at), min(k.id), p_now
    from known k
    cross join lateral (select coalesce(case when k.recipient_ref ~ '^h[0-9a-f]{16}$' then k.recipient_ref = desk.recipient_hash(k.recipient) end, false) as is_proven) e
    cross join (select inner_pad, outer_pad from secret where purpose = 'complainant') p
    where k.class = 'invalid-address' and k.token_party is not null and k.recipient_ref is not null
    group by 1, 2 order by 1, 2
    on conflict (party, address_key) do nothing
    returning s.party, s.since
    ), counted as (
        -- Each once for good: sent in again, a bounce adds nothing.
        insert into sending_invalid as i (party, day, recipients)
        select f.party, (f.since at time zone 'UTC')::date, count(*) from fresh f group by 1, 2 order by 1, 2
        on conflict (party, day) do update set recipients = i.recipients + excluded.recipients
    )
    select array_agg(distinct f.party) into v_parties from fresh f;
    perform desk.owe_suppressions(v_parties, p_now);
    perform desk.watch_lists(v_parties, p_run, p_now);
end
$$;
comment on function desk.note_bounces is 'Keeps every delivery failure of these messages with its class, list, sending address and customer; invalid addresses are suppressed.';
reset check_function_bodies;
