-- The bulk-mail provider's desk: signs of a bought list, pressure, and calls about suppressions.
set role complaint_owner;

-- A view runs with its owner's rights on tables, but with the reader's on functions.
create or replace function dashboard.list_signs_of(p_party bigint,
    out since date, out mails bigint, out traps bigint, out hits bigint, out invalid bigint, out percent numeric, out score int, out signs text[])
language sql stable security definer set search_path = desk, pg_temp as $$
    select * from desk.list_signs(p_party, now())
$$;
comment on function dashboard.list_signs_of is 'Signs of a bought list of a customer, as of now.';

create or replace view dashboard.list_signs as
select p.ref as customer, p.name as customer_name, s.since, s.mails, s.traps, s.hits, s.invalid, s.percent, s.score, s.signs,
    case when cardinality(s.signs) = 0 then 'none'
        when cardinality(s.signs) >= nullif(dashboard.policy_number_of(p.id, 'list_signs'), 0) then 'bought' else 'watch' end as level,
    c.declaration, (select count(*) from desk.opt_in_proof o join desk."case" k on k.id = o."case" where k.party = p.id) as proofs
from (select party from desk.spam_trap_hit union select party from desk.sending_invalid where day > (now() at time zone 'UTC')::date - 30
    union select party from desk.sending_practice where day > (now() at time zone 'UTC')::date - 30) q
join desk.party p on p.id = q.party
cross join lateral dashboard.list_signs_of(p.id) s
left join desk.sending_customer c on c.party = p.id;
comment on view dashboard.list_signs is 'Signs that a customer has bought his list: spam traps written to, recipients that do not exist, bad practice, in 30 days.';
comment on column dashboard.list_signs.customer is 'The operator''s id.';
comment on column dashboard.list_signs.customer_name is 'Name of the customer.';
comment on column dashboard.list_signs.since is 'First UTC day that is looked at: 30 days ago, or the day after his case was closed.';
comment on column dashboard.list_signs.mails is 'Mails sent since.';
comment on column dashboard.list_signs.traps is 'Different spam traps written to.';
comment on column dashboard.list_signs.hits is 'Reports about mails to them.';
comment on column dashboard.list_signs.invalid is 'Recipients found not to exist, each once for good, proven by a token.';
comment on column dashboard.list_signs.percent is 'The same per hundred mails.';
comment on column dashboard.list_signs.score is 'Percent of the rules of good practice that the mailings complained about keep.';
comment on column dashboard.list_signs.signs is 'traps, invalid, practice: those that pass the customer''s policies.';
comment on column dashboard.list_signs.level is 'none; watch: signs, but fewer than policy list_signs; bought: as many, a pause is proposed.';
comment on column dashboard.list_signs.declaration is 'Declaration of the files, or legal basis, as the customer gave it.';
comment on column dashboard.list_signs.proofs is 'Proofs of consent that were given.';

create or replace view dashboard.traps as
select t.operator, p.ref as customer, count(*) as traps, sum(h.hits)::bigint as hits, min(h.first_at) as first_at, max(h.last_at) as last_at
from desk.spam_trap_hit h join desk.spam_trap t on t.id = h.trap join desk.party p on p.id = h.party
group by t.operator, p.ref;
comment on view dashboard.traps is 'Which customer has written to whose spam traps; the addresses are not shown.';
comment on column dashboard.traps.operator is 'Whose traps.';
comment on column dashboard.traps.customer is 'The operator''s id of the customer.';
comment on column dashboard.traps.traps is 'Different traps written to.';
comment on column dashboard.traps.hits is 'Reports about mails to them.';
comment on column dashboard.traps.first_at is 'The first report.';
comment on column dashboard.traps.last_at is 'The latest.';

create or replace view dashboard.pressure as
select p.ref as customer, p.name as customer_name, s.week, count(*) as recipients, sum(s.mails)::bigint as mails, round(avg(s.mails), 2) as per_recipient, max(s.mails) as most,
    count(*) filter (where s.mails > dashboard.policy_number_of(s.party, 'pressure_week')) as too_many
from desk.sending_pressure s join desk.party p on p.id = s.party
group by p.ref, p.name, s.week;
comment on view dashboard.pressure is 'Mails per recipient and week, where tokens tell (complaint token make --sent).';
comment on column dashboard.pressure.customer is 'The operator''s id.';
comment on column dashboard.pressure.customer_name is 'Name of the customer.';
comment on column dashboard.pressure.week is 'Its Monday (UTC).';
comment on column dashboard.pressure.recipients is 'Recipients written to.';
comment on column dashboard.pressure.mails is 'Mails to them.';
comment on column dashboard.pressure.per_recipient is 'Mails per recipient.';
comment on column dashboard.pressure.most is 'Mails to the recipient who got most.';
comment on column dashboard.pressure.too_many is 'Recipients who got more than policy pressure_week.';

create or replace view dashboard.suppression_calls as
select h.id as call, p.ref as customer, (select count(*) from desk.suppression s where s.hook = h.id) as suppressions, h.state, h.attempts, h.owed_at, h.answered_at,
    h.status, h.answer
from desk.hook h join desk.party p on p.id = h.party;
comment on view dashboard.suppression_calls is 'Calls that tell sending systems of new suppressions.';
comment on column dashboard.suppression_calls.call is 'Its number; webhook-id begins with sup_ and this.';
comment on column dashboard.suppression_calls.customer is 'Whose suppressions.';
comment on column dashboard.suppression_calls.suppressions is 'How many it tells of; 0: it failed, and they go with the next.';
comment on column dashboard.suppression_calls.state is 'owed, sending, accepted (asked again), done, failed.';
comment on column dashboard.suppression_calls.attempts is 'Attempts so far.';
comment on column dashboard.suppression_calls.owed_at is 'Since when it is owed.';
comment on column dashboard.suppression_calls.answered_at is 'When it was done, or given up.';
comment on column dashboard.suppression_calls.status is 'HTTP status of the last answer; null: none.';
comment on column dashboard.suppression_calls.answer is 'Its words.';
