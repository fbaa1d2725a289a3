-- Attribution looks at the strong part of a report's evidence first. It has to find what all of it would.
begin;
\ir lib/fixture.psql
\ir lib/sending.psql
select plan(17);
select t.domain('hosted.example', 'CR', 'hosting'), t.domain('other.example', 'C1', 'hosting');
insert into desk.resource (kind, name, party, services, network) select 'network', '198.51.100.0/24', t.party('C2'), '{hosting}', '198.51.100.0/24';

create function t.piece(p_kind text, p_host text, p_provenance text default 'reported', p_value text default null) returns jsonb language sql as $$
    select jsonb_build_object('kind', p_kind, 'value', coalesce(p_value, p_host), 'host', p_host, 'domain', case when p_host !~ '^[0-9.]+$' then p_host end, 'provenance', p_provenance) $$;
-- Who is found by these pieces of evidence, and whether the strong ones alone say it.
create function t.culprits(p_evidence jsonb, p_kind text default 'arf', p_auth text default 'pass', p_source text default null) returns text language plpgsql as $$
declare
    v_id bigint := t.mail(t.report('hosted.example', 'loop@provider.example', p_kind, p_auth => p_auth, p_incident => jsonb_build_object('evidence', p_evidence,
        'domains', (select coalesce(jsonb_agg(distinct e->'domain') filter (where e->>'domain' is not null), '[]') from jsonb_array_elements(p_evidence) e),
        'source_ip', case when p_source is not null then jsonb_build_object('value', p_source, 'port', null, 'provenance', 'reported') end)), p_decide => false);
    v_found text := (select string_agg(r.name || ' ' || f.relation, ', ' order by r.name) from desk.attribute(array[v_id]) f left join desk.resource r on r.id = f.resource);
begin
    if v_found is distinct from (select string_agg(r.name || ' ' || f.relation, ', ' order by r.name) from desk.attribute_by(array[v_id], false) f left join desk.resource r on r.id = f.resource) then
        return v_found || ' only by the strong part';
    end if;
    return coalesce(v_found, 'nobody');
end
$$;

select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example'), t.piece('from', 'other.example', 'original'))), 'hosted.example hosting',
    'what the report says outweighs a sender that anybody can write');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'nobody.example'), t.piece('url', 'other.example', 'original'))), 'other.example hosting',
    'where the report names nobody of ours, the rest is read');
select is(t.culprits(jsonb_build_array(t.piece('mailbox', 'hosted.example'), t.piece('url', 'other.example', 'original'))), 'other.example hosting',
    'a name the report merely mentions settles nothing');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example'), t.piece('url', 'other.example', 'original')), p_auth => 'fail'),
    'hosted.example hosting, other.example hosting', 'nor does a report that nobody vouches for');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example')), p_source => '198.51.100.7'), '198.51.100.0/24 hosting, hosted.example hosting',
    'the source is as strong as the link');
select is(t.culprits(jsonb_build_array(t.piece('url', 'hosted.example', 'original')), p_source => '198.51.100.7'), '198.51.100.0/24 hosting', '... and stronger than what stands in the spam');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example'), t.piece('source-ip', '198.51.100.7', 'original'))), 'hosted.example hosting',
    'a source that the spam claims is not');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example'), t.piece('dkim', 'shop1.example', 'original'))), 'hosted.example hosting, shop1.example sending',
    'what a loop shows of a bulk mailer''s signature is as strong');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example'), t.piece('feedback-id', null, 'original', 'camp:snd3:promo:esp'))), 'hosted.example hosting, snd3 sending',
    '... or of his Feedback-ID');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example'), t.piece('dkim', 'shop1.example', 'original')), 'xarf'), 'hosted.example hosting',
    'in a report that is no loop''s it is not');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example'), t.piece('token', null, 'original', desk.sending_token_make(t.party('E2'), 'spring', 'r1')))),
    '192.0.2.14/32 sending', 'a token of ours outweighs all');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example'), t.piece('token', null, 'original', desk.sending_token_make(t.party('E2'), 'spring', 'r1'))), 'xarf'),
    '192.0.2.14/32 sending', '... whoever reports');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'shop4.example'), t.piece('dkim', 'shop5.example', 'original')), 'xarf'), 'shop5.example sending',
    'a link to a bulk mailer''s domain does not settle whose mail it was');
select is(t.culprits(jsonb_build_array(t.piece('reported-uri', 'hosted.example'), t.piece('reported-domain', 'shop4.example'), t.piece('dkim', 'shop5.example', 'original')), 'xarf'),
    'hosted.example hosting', 'a bare name of his weighs no more beside a signature that anybody can write');
select is(t.culprits(jsonb_build_array(t.piece('url', 'shop4.example', 'original'), t.piece('dkim', 'shop4.example', 'original'), t.piece('feedback-id', null, 'original', 'camp:snd5:promo:esp'))),
    'shop4.example sending', 'in a loop''s report a link to the domain that signed does not hide the signature');
select is(t.culprits(jsonb_build_array(t.piece('url', 'hosted.example', 'original'), t.piece('dkim', 'hosted.example', 'original'), t.piece('url', 'other.example', 'original'))),
    'hosted.example hosting, other.example hosting', '... nor the signature the link, where we do not send for him');
select is_empty('(select * from desk.attribute(t.stored()) except select * from desk.attribute_by(t.stored(), false)) union all (select * from desk.attribute_by(t.stored(), false) except select * from desk.attribute(t.stored()))',
    'all of them at once');
select * from finish();
rollback;
