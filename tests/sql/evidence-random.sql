-- Attribution looks at the strong part of a report's evidence first: for reports drawn at random over a small
-- inventory it finds what all of the evidence would. The draw is the same each time.
begin;
\ir lib/fixture.psql
\ir lib/sending.psql
\set reports 1200
select plan(3);
select setseed(0.5) \g /dev/null
create function t.one_of(variadic p text[]) returns text language sql volatile as $$ select p[1 + floor(random() * cardinality(p))::int] $$;

select t.domain('hosted.example', 'CR', 'hosting'), t.domain('other.example', 'C1', 'registration dns', 'suspended'), t.domain('elsewhere.example', 'CT', 'hosting'),
    t.domain('mixed.example', 'C2', 'hosting sending'), t.domain('both.example', 'C3', 'registration sending'), t.domain('redirected.example', 'CX', 'mail-redirection'),
    t.domain('web.example', 'C1', 'web-redirection'), t.domain('mail.example', 'C2', 'mail-hosting smtp'), t.domain('sub.hosted.example', 'C2', 'sending'),
    t.domain('people.example', 'C1', 'registration') \g /dev/null
insert into desk.resource (kind, name, party, services, network, status) select 'network', v.n, t.party(v.p), string_to_array(v.s, ' '), v.n::cidr, v.status
from (values ('198.51.100.0/24', 'C2', 'hosting', 'active'), ('198.51.100.0/26', 'CX', 'mail-redirection', 'active'), ('198.51.100.7/32', 'C1', 'sending', 'suspended'),
    ('203.0.113.0/24', 'CT', 'hosting', 'active')) v(n, p, s, status);
insert into desk.resource (kind, name, party, role) select 'host', v.n, t.party('R'), v.r
from (values ('mx.hosted.example', 'mail-redirection'), ('www.web.example', 'web-redirection'), ('srv.other.example', 'web')) v(n, r);
insert into desk.resource (kind, name, party, identifier) values ('identifier', 'longlist.shop2.example', t.party('E2'), 'list-id'), ('identifier', 'shop3.example', t.party('E4'), 'dkim'),
    ('identifier', 'sel.other.example', t.party('C1'), 'dkim'), ('identifier', 'user7', t.party('C2'), 'header'), ('identifier', 'promo', t.party('CT'), 'feedback-id');
-- A token of each customer, made once.
create table t.token as select desk.sending_token_make(t.party(r), 'camp', 'r1') as value from unnest(array['E1', 'E2', 'C2', 'CT']) r union all select 'ct-1-camp-r1-0123456789abcdef';

create function t.drawn_piece() returns jsonb language plpgsql volatile as $$
declare
    v_kind text := t.one_of('token', 'reported-domain', 'reported-domain', 'reported-domain', 'reported-uri', 'reported-uri', 'url', 'url', 'source-ip',
        'auth-user', 'feedback-id', 'list-id', 'dkim', 'dkim', 'dkim', 'return-path', 'list-unsubscribe', 'reply-to', 'typed', 'mailbox', 'from', 'message-id', 'helo', 'received');
    v_provenance text := t.one_of('reported', 'reported', 'reported', 'original', 'original', 'quoted');
    v_domain text := t.one_of('hosted.example', 'hosted.example', 'other.example', 'other.example', 'elsewhere.example', 'mixed.example', 'both.example', 'redirected.example', 'web.example', 'mail.example', 'people.example',
        'shop1.example', 'shop1.example', 'shop2.example', 'shop2.example');
    v_host text := t.one_of('', '', 'sub.', 'mx.', 'www.', 'srv.', 'a.sub.') || v_domain;
    v_address text := t.one_of('198.51.100.7', '198.51.100.20', '198.51.100.200', '203.0.113.5', '192.0.2.12', '192.0.2.13', '2001:db8::1');
    v_value text;
begin
    v_value := case v_kind when 'token' then (select value from t.token order by random() limit 1)
        when 'auth-user' then t.one_of('user7', 'user8') when 'feedback-id' then t.one_of('c:snd1:p:esp', 'c:snd2:promo:esp', 'promo', 'x:y')
        when 'list-id' then t.one_of(v_host, 'longlist.shop2.example') when 'dkim' then t.one_of(v_host, 'sel.' || v_domain)
        when 'typed' then t.one_of(v_host, 'a@' || v_host, 'see ' || v_host) else v_kind || ' ' || v_host end;
    if v_kind in ('source-ip', 'received') or v_kind in ('url', 'reported-uri', 'typed', 'auth-user') and random() < 0.2 then
        return jsonb_build_object('kind', v_kind, 'value', v_address, 'host', v_address, 'domain', null, 'provenance', v_provenance);
    end if;
    if v_kind in ('token', 'feedback-id') then
        return jsonb_build_object('kind', v_kind, 'value', v_value, 'host', null, 'domain', null, 'provenance', v_provenance);
    end if;
    return jsonb_build_object('kind', v_kind, 'value', v_value, 'host', v_host, 'domain', v_domain, 'provenance', v_provenance);
end
$$;
create function t.drawn_incident() returns jsonb language sql volatile as $$
    select jsonb_build_object('category', t.one_of('spam', 'spam', 'phishing', 'whois', 'attack'), 'complainant', t.one_of(null, 'a@people.example', 'b@nobody.example', 'c@web.example'),
        'evidence', x.evidence, 'ips', case when random() < 0.2 then jsonb_build_array(t.one_of('198.51.100.7', '203.0.113.5')) else '[]' end,
        'domains', (select coalesce(jsonb_agg(distinct e->'domain') filter (where e->>'domain' is not null and random() < 0.9), '[]') from jsonb_array_elements(x.evidence) e)
            || case when random() < 0.2 then '["mixed.example"]'::jsonb else '[]' end,
        'source_ip', case when random() < 0.3 then jsonb_build_object('value', t.one_of('198.51.100.7', '198.51.100.20', '198.51.100.200', '203.0.113.5'), 'port', null,
            'provenance', t.one_of('reported', 'reported', 'original')) end,
        'original', case when random() < 0.3 then jsonb_build_object('to', jsonb_build_array('v@' || t.one_of('people.example', 'hosted.example'))) end)
    from (select coalesce(jsonb_agg(t.drawn_piece()), '[]') as evidence from generate_series(1, 2 + floor(random() * 4)::int)) x
$$;
create function t.drawn_mail(p_n int) returns void language plpgsql volatile as $$
declare
    v_kind text := t.one_of('arf', 'jmrp', 'xarf', 'x-arf', 'spamcop', 'notice', 'notice', 'human', 'batch');
    v_incidents jsonb := '[]';
begin
    for i in 1 .. 1 + floor(random() * 1.3)::int loop
        v_incidents := v_incidents || t.drawn_incident();
    end loop;
    insert into desk.message (desk, sha256, received_at, kind, disposition, folder, authenticated, submitter, report)
    values (t.party(t.one_of('R', 'R', 'R', 'R', 'R', 'T', 'S1')), sha256(convert_to(p_n::text, 'UTF8')), '2026-03-01', v_kind, 'complaint', 'Processed', random() < 0.95, null,
        jsonb_build_object('mail', jsonb_build_object('from', 'x@' || t.one_of('people.example', 'fbl.example')), 'reporter', jsonb_build_object('address', t.one_of('x@people.example', 'x@fbl.example', null)),
            'incidents', v_incidents, 'lines', case when v_kind = 'batch' then jsonb_build_array(jsonb_build_object('line', 1, 'domain', t.one_of('hosted.example', 'nobody.example', '198.51.100.7'),
                'complainant', 'a@people.example', 'error', null)) else '[]' end));
end
$$;
select t.drawn_mail(n) from generate_series(1, :reports) n \g /dev/null
create table t.by_all as select * from desk.attribute_by(t.stored(), false);
create table t.by_parts as select * from desk.attribute(t.stored());
create table t.by_strong as select * from desk.attribute_by(t.stored(), true);
create table t.different as (select * from t.by_parts except select * from t.by_all) union all (select * from t.by_all except select * from t.by_parts);
select is((select array_agg(distinct message order by message) from t.different), null, 'the strong part settles what all of the evidence would');
select is((select count(*) from t.by_parts), (select count(*) from t.by_all), '... row for row');
select cmp_ok((select count(*) from (select message from t.by_strong group by message having bool_and(coalesce(strength <= 2, false) and relation <> 'sending')) x), '>', (:reports / 10)::bigint,
    '... and it settles many');
select * from finish();
rollback;
