-- Evidence of equal strength: what it says of us decides, not its name; and whose name is nobody's fault.
begin;
\ir lib/fixture.psql
select plan(17);
update desk.party set left_at = now() where ref = 'T';
select t.domain('tie.example', 'C1', 'registration hosting mail-redirection'), t.domain('mine.example', 'CX', 'registration hosting');
insert into desk.resource (kind, name, party, role) values ('host', 'web1.registrar.example', t.party('R'), 'web'), ('host', 'redir1.registrar.example', t.party('R'), 'mail-redirection');

-- rows: the pieces as kind=host, in any order -> culprit, relation and the piece that decided
create function t.decided(p_kind text, p_category text, p_provenance text, p_more jsonb, variadic p_pieces text[]) returns text language plpgsql as $$
declare
    m bigint := t.mail(t.report('tie.example', 'loop@provider.example', p_kind, p_category, p_incident => p_more || jsonb_build_object('evidence', (
        select jsonb_agg(jsonb_build_object('kind', k, 'value', h, 'host', h, 'domain', regexp_replace(h, '^.*?([^.]+[.][^.]+)$', '\1'), 'provenance', p_provenance) order by random())
        from (select split_part(p, '=', 1) as k, split_part(p, '=', 2) as h from unnest(p_pieces) p) p),
        'domains', (select jsonb_agg(distinct regexp_replace(split_part(p, '=', 2), '^.*?([^.]+[.][^.]+)$', '\1')) from unnest(p_pieces) p),
        'complainant', md5(random()::text) || '@folk.example')));
begin
    return (select coalesce(string_agg(r.name || ' ' || i.relation || ' ' || split_part(i.why, ' ', 1), ', ' order by r.name), 'nothing') from (
        select resource, relation, why from desk.incident where message = m union all select resource, relation, why from desk.incident_also where message = m) i
        join desk.resource r on r.id = i.resource);
end $$;
select is(t.decided('arf', 'spam', 'reported', '{}', 'reported-domain=tie.example', 'return-path=tie.example'), 'tie.example mail-redirection return-path', 'who sent it, not the bare name');
select is(t.decided('arf', 'spam', 'reported', '{}', 'reported-domain=tie.example', 'reported-uri=tie.example'), 'tie.example hosting reported-uri', 'a link, not the bare name');
select is(t.decided('arf', 'spam', 'reported', '{}', 'reported-domain=tie.example'), 'tie.example registrar reported-domain', 'the bare name of a mail shows nothing that we host');
select is(t.decided('xarf', 'phishing', 'reported', '{}', 'reported-domain=tie.example'), 'tie.example hosting reported-domain', '... of a page it does');
select is(t.decided('human', 'spam', 'original', '{}', 'reply-to=tie.example', 'url=tie.example'), 'tie.example hosting url', 'a link before where answers are wanted');
select is(t.decided('human', 'spam', 'original', '{}', 'reply-to=mx.tie.example', 'url=www.tie.example'), 'tie.example hosting url', '... under other names of the same domain, too');
select is(t.decided('arf', 'spam', 'reported', '{}', 'reported-uri=www.tie.example', 'dkim=mail.tie.example'), 'tie.example mail-redirection dkim', 'who signed before a link');
select is(t.decided('arf', 'spam', 'reported', '{}', 'reported-domain=mine.example', 'reported-uri=tie.example'), 'tie.example hosting reported-uri', 'a candidate gives way to another''s link');
select is(t.decided('arf', 'spam', 'reported', '{}', 'reported-domain=mine.example', 'reported-uri=nowhere.example'), 'mine.example registrar reported-domain', '... not to what is none of ours');
select is(t.decided('human', 'spam', 'original', '{}', 'url=tie.example', 'url=mine.example'), 'mine.example hosting url, tie.example hosting url', 'two links are two culprits');
select is(t.decided('xarf', 'phishing', 'reported', '{}', 'reported-uri=web1.registrar.example'), 'web1.registrar.example hosting reported-uri', 'a reported link to a host of ours');
select is(t.decided('human', 'spam', 'original', '{}', 'helo=redir1.registrar.example'), 'redir1.registrar.example none helo', 'a host of ours in HELO only: anyone can say it');
select is(t.decided('human', 'spam', 'original', '{}', 'helo=redir1.registrar.example', 'received=redir1.registrar.example'), 'redir1.registrar.example mail-redirection received', '... unless it stands in Received, too');

-- never the complainant's own
create function t.own(p_from text, p_kind text, p_host text) returns text language plpgsql as $$
declare
    m bigint := t.mail(t.report(p_host, p_from, p_evidence => p_kind, p_provenance => 'typed'));
begin
    return coalesce((select r.name from desk.incident i join desk.resource r on r.id = i.resource where i.message = m), 'nothing');
end $$;
select is(t.own('x@mine.example', 'typed', 'mine.example'), 'nothing', 'a complainant''s own name is no culprit');
select is(t.own('x@mail.office.mine.example', 'typed', 'mine.example'), 'nothing', '... when he writes from a name below it');
select is(t.own('x@notmine.example', 'typed', 'mine.example'), 'mine.example', '... but a name that only ends like it is');
select is(t.own('x@mine.example', 'url', 'mine.example'), 'mine.example', '... and so is a link in the spam');
select * from finish();
rollback;
