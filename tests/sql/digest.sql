-- The digest comes at the desk's hour, where the desk is, once.
begin;
\ir lib/fixture.psql
select plan(7);
update desk.party set left_at = now() where ref = 'T';
update desk.party set timezone = 'America/New_York' where ref = 'R'; -- UTC-5 in early March
select t.domain('spam.example', 'CR');
select t.mail(t.report('spam.example'));
create function t.digests(p_now timestamptz) returns bigint language plpgsql as $$
begin
    perform desk.decide(p_now);
    return (select count(*) from desk.outbox where kind = 'digest' and desk = t.party('R'));
end $$;
select is(t.digests('2026-03-02 10:59+00'), 0::bigint, 'nobody is told before six in the morning in New York');
select is(t.digests('2026-03-02 11:00+00'), 1::bigint, '... but then');
select is(t.digests('2026-03-02 12:00+00'), 1::bigint, '... once');
select desk_api.policy_set('R', 'digest_hour', '9');
select t.mail(t.report('spam.example', 'second@people.example'), p_now => '2026-03-02 20:00+00');
select is(t.digests('2026-03-03 13:59+00'), 1::bigint, 'a desk that wants it later gets it later');
select is(t.digests('2026-03-03 14:00+00'), 2::bigint, '... of what came meanwhile');
select desk_api.policy_set('R', 'digest_hour', '99');
select t.mail(t.report('spam.example', 'third@people.example'), p_now => '2026-03-04 20:00+00');
select is(t.digests('2026-03-05 03:59+00'), 2::bigint, 'an hour that no day has is the last one');
select is(t.digests('2026-03-05 04:00+00'), 3::bigint, '... of the day');
select * from finish();
rollback;
