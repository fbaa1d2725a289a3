-- desk.decide(): one at a time per database. Takes undecided messages and due deadlines as a
-- set, attributes, upserts complaints, keeps the figures exact, decides and owes.
set role complaint_owner;
set check_function_bodies = off;

create or replace function desk.decide(p_now timestamptz default now())
returns table (incidents int, complaints int, owed int, more boolean)
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_messages bigint[];
    v_before bigint;
    v_one bigint;
    v_part record;
begin
    perform desk.lock_decisions();
    incidents := 0;
    complaints := 0;
    v_before := (select case when is_called then last_value else 0 end from outbox_id_seq);

    -- At most 2,000 incidents, but always at least one message.
    v_messages := array(
        select q.message from (
            select u.message, u.incidents, sum(greatest(u.incidents, 1)) over (order by u.message) as total
            from (select u.message, u.incidents from undecided u order by u.message limit 2000) u) q
        where q.total - greatest(q.incidents, 1) < 2000 order by q.message);
    delete from undecided u where u.message = any(v_messages);

    -- None at all cost little, and a new connection's plans are made before there is something to decide.
    begin
        select * into v_part from desk.decide_messages(v_messages, p_now);
        incidents := v_part.incidents;
        complaints := v_part.complaints;
    exception when data_exception or cardinality_violation or integrity_constraint_violation or program_limit_exceeded then
        -- One mail is the cause: the others must not wait for it.
        foreach v_one in array v_messages loop
            begin
                select * into v_part from desk.decide_messages(array[v_one], p_now);
                incidents := incidents + v_part.incidents;
                complaints := complaints + v_part.complaints;
            exception when data_exception or cardinality_violation or integrity_constraint_violation or program_limit_exceeded then
                perform desk.undecidable(v_one, sqlerrm, p_now);
            end;
        end loop;
    end;

    perform desk.decide_due(p_now);

    owed := (select count(*) from outbox o where o.id > v_before and o.state = 'owed');
    more := exists (select from undecided);
    if owed > 0 or more then
        notify desk_work;
    end if;
    return next;
end
$$;
comment on function desk.decide is 'Decides what ingest stored (a bounded set) and what has become due; call it again while more.';

create or replace function desk.undecidable(p_message bigint, p_error text, p_now timestamptz) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp as $$
begin
    update incident set why = 'undecidable', decided_at = p_now where message = p_message;
    update message set ack = 'none', ack_reason = 'undecidable', decided_at = p_now where id = p_message;
    perform desk.audit_write('message could not be decided', 'policy', p_now, p_message => p_message, p_detail => jsonb_build_object('error', p_error));
end
$$;
comment on function desk.undecidable is 'A message whose decision failed stands aside, with the error in the audit.';

-- The trust rules of one complaint, in the order in which they are shown.
create or replace function desk.why_not_counted(p_category text, p_kind text, p_malformed boolean, p_trust text,
    p_is_submitted boolean, p_authenticated boolean, p_is_before_registration boolean) returns text
language sql immutable parallel safe as $$
    select case
        when p_category in ('not-spam', 'auth-failure', 'opt-out') then p_category
        when p_trust in ('distrusted', 'blocked') then 'untrusted-reporter'
        when p_is_submitted then null
        when p_kind = 'batch' then 'not-a-submitter'
        when p_kind in ('xarf', 'x-arf') and p_malformed then 'malformed'
        when not p_authenticated then 'unauthenticated'
        when p_is_before_registration then 'before-registration'
    end
$$;
comment on function desk.why_not_counted is 'Why a complaint does not count toward thresholds; null: it does (once per person).';

create or replace function desk.decide_messages(p_messages bigint[], p_now timestamptz,
    out incidents int, out complaints int)
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_found desk.found[];
    v_weighed desk.weighed;
    v_said desk.said[];
    v_run bigint := nextval('desk.run');
    v_cases bigint[];
    v_kinds record;
begin
    -- What few mails are about is asked of those few: most runs are nothing but feedback reports.
    select coalesce(array_agg(m.id) filter (where m.kind = 'batch'), '{}') as lines,
        coalesce(array_agg(m.id) filter (where m.kind in ('bounce', 'reply', 'own', 'auto-reply')), '{}') as answers,
        coalesce(array_agg(m.id) filter (where m.folder = 'Restricted'), '{}') as restricted
        into v_kinds
    from unnest(p_messages) q(id) cross join lateral (select m.id, m.kind, m.folder from message m where m.id = q.id limit 1) m;
    if cardinality(v_kinds.lines) > 0 then
        perform desk.note_submitters(v_kinds.lines);
    end if;
    v_found := array(select f from desk.attribute(p_messages) f);
    v_weighed := desk.weigh(v_found);
    v_said := desk.join_cases(v_weighed.said, p_now);

    insert into complaint (id, resource, complainant_key, person_key, complainant, desk, category, relation, strength, source,
        first_at, last_at, reports, counts, why_not, message, last_message, "case")
    select s.complaint, s.resource, s.complainant_key, s.person_key, s.complainant, s.desk, s.category, s.relation, s.strength, s.source,
        s.first_at, s.last_at, s.reports, s.counts, s.why_not, s.message, s.last_message, s."case"
    from unnest(v_said) s where s.fresh
    order by s.resource, s.complainant_key;
    get diagnostics complaints = row_count;

    -- The figures: one update per resource; triggers carry it up the tree. Before the complaints change:
    -- who said "not spam" until now and complains after all is new to them.
    update resource r set complaints = r.complaints + t.fresh, counting = r.counting + t.counting, reports = r.reports + t.reports,
        first_complaint_at = least(r.first_complaint_at, t.first_at), last_complaint_at = greatest(r.last_complaint_at, t.last_at)
    from (select s.resource, count(*) filter (where s.category not in ('not-spam', 'auth-failure', 'opt-out') and (s.fresh or o.is_none)) as fresh,
            count(*) filter (where s.newly_counts) as counting, sum(s.reports) as reports, min(s.first_at) as first_at, max(s.last_at) as last_at
        from unnest(v_said) s
        left join lateral (select c.state = 'standing' and c.category in ('not-spam', 'auth-failure', 'opt-out') as is_none
            from complaint c where not s.fresh and c.id = s.complaint limit 1) o on true
        group by s.resource order by s.resource) t
    where r.id = t.resource;

    update complaint c set last_at = greatest(c.last_at, s.last_at), last_message = s.last_message, reports = c.reports + s.reports,
        category = desk.category_name(least(desk.category_rank(c.category), desk.category_rank(s.category))),
        strength = least(c.strength, s.strength), relation = case when s.strength < c.strength then s.relation else c.relation end,
        source = case when s.newly_counts then s.source else c.source end,
        counts = c.counts or s.newly_counts, why_not = case when c.counts or s.newly_counts then null when s.why_not = 'same-person' and c.state = 'standing' then s.why_not else c.why_not end,
        "case" = coalesce(s."case", c."case")
    from unnest(v_said) s where c.id = s.complaint and not s.fresh;

    -- Incidents learn what they are about.
    insert into incident_also (message, no, resource, complaint, relation, strength, why)
    select f.message, f.no, f.resource, u.complaint, f.relation, f.strength, f.why
    from unnest(v_found) with ordinality f(message, no, place, resource, party, relation, strength, why, complainant, n)
    join unnest(v_weighed.complaint) with ordinality u(complaint, n) on u.n = f.n
    where f.place > 1
    order by f.message, f.no, f.resource;

    update incident i set resource = f.resource, complaint = f.complaint, relation = f.relation, strength = f.strength,
        why = f.why, duplicate = f.duplicate, decided_at = p_now
    from unnest(v_found, v_weighed.complaint, v_weighed.duplicate)
        f(message, no, place, resource, party, relation, strength, why, complainant, complaint, duplicate)
    where f.place = 1 and i.message = f.message and i.no = f.no;
    get diagnostics incidents = row_count;

    -- What follows. Only cases of this run, only once per step.
    v_cases := array(select distinct s."case" from unnest(v_said) s where s.warnable and s."case" is not null order by 1);
    perform desk.take_steps(v_cases, v_run, p_now);
    if cardinality(v_kinds.restricted) > 0 or exists (select from unnest(v_said) s where s.track = 'restricted') then
        perform desk.watch_restricted(v_kinds.restricted, v_said, v_run, p_now);
    end if;
    perform desk.note_sending(p_messages, v_run, p_now);
    perform desk.watch_thresholds(v_said, v_run, p_now);
    perform desk.watch_cease(v_said, v_run, p_now);
    perform desk.watch_redirections(p_now, array(select distinct s.resource from unnest(v_said) s where s."case" is not null order by 1));
    if cardinality(v_kinds.answers) > 0 then
        perform desk.hear(v_kinds.answers, v_run, p_now);
        perform desk.note_bounces(v_kinds.answers, v_run, p_now);
    end if;
    perform desk.acknowledge(p_messages, v_said, v_run, p_now);
    perform desk.await_rdap(p_messages, p_now);
    if cardinality(v_kinds.lines) > 0 then
        perform desk.summarise(v_kinds.lines, v_run, p_now);
    end if;
    perform desk.count_day(p_messages);
end
$$;
comment on function desk.decide_messages is 'Decides these messages in a fixed number of statements; called with the decision lock held.';

-- Lines mailed by someone who may submit: a staff address of the desk, or a reseller of its
-- tree for its own subtree; only when the border vouches for him.
create or replace function desk.note_submitters(p_messages bigint[]) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    update message m set submitter = s.party
    from (
        select q.id, case
            when desk.policy_value(q.desk, 'submitters') @> to_jsonb(array[q.from_address]) then q.desk
            else (select e.id from (
                    select p.id from party p where lower(p.abuse_email) = q.from_address and p.kind = 'reseller' and p.left_at is null
                    union
                    select p.id from party p where lower(p.username_email) = q.from_address and p.kind = 'reseller' and p.left_at is null) e
                cross join lateral (select c.depth from party_closure c where c.descendant = e.id and c.ancestor = q.desk limit 1) c
                order by c.depth limit 1) end as party
        from (select m.id, m.desk, m.from_address from unnest(p_messages) u(id) cross join lateral (select * from message m where m.id = u.id limit 1) m
            where m.kind = 'batch' and m.source = 'mailbox' and m.authenticated and m.from_address is not null) q
    ) s
    where m.id = s.id and s.party is not null;
end
$$;
comment on function desk.note_submitters is 'Finds whose tree the lines of mailed batches may name.';

-- What each complaint of this run amounts to, beside what is known of it already.
create or replace function desk.weigh(p_found desk.found[]) returns desk.weighed
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
    return (
with one as materialized (
    select f.n, f.resource, f.relation, f.strength, f.message, f.no, i.category, i.complainant_key, coalesce(i.date, m.received_at) as at,
        m.desk, m.submitter, a.complainant,
        case when f.complainant ~~ '%@%' then desk.hmac(k.inner_pad, k.outer_pad, 'person ' || desk.address_person(a.complainant))
            else i.complainant_key end as person_key,
        case when m.submitter is not null then 'submitter' when not m.authenticated then 'unverified'
            when m.kind in ('arf', 'jmrp') then 'loop' else 'authenticated' end as source,
        coalesce(desk.why_not_counted(i.category, m.kind, m.malformed, t.trust, m.submitter is not null, m.authenticated,
            r.created is not null and i.date is not null and i.date < r.created::timestamp at time zone 'UTC'),
            -- What happened in another holder's time, or before the reinstatement, and is told late.
            case when m.submitter is null and i.date < r.counted_from
                then case when r.counted_from = r.registered_at then 'before-registration' else 'before-reinstatement' end end,
            -- Wrong registrant data are no spam; a bulk mailer is judged by his rate, not by the number of complainants.
            case f.relation when 'whois' then 'whois' when 'sending' then 'rate' end) as why_not,
        f.relation = 'sending' and m.kind in ('arf', 'jmrp') and v.known is not null as is_rated,
        r.party, r.status, c.id as known, coalesce(c.counts, false) as counted, coalesce(c.state, 'standing') as state,
        coalesce(t.trust = 'trusted', false) as is_trusted,
        f.relation = 'whois' and (m.submitter is not null or coalesce(m.claim->>'field', m.claim->>'why') is not null) as is_claimed,
        -- A second copy of a report adds nothing.
        i.report_id is not null and (d.known is not null or row_number() over (partition by f.resource, i.complainant_key, i.report_id order by f.message, f.no) > 1) as duplicate
    from unnest(p_found) with ordinality f(message, no, place, resource, party, relation, strength, why, complainant, n)
    cross join lateral (select desk.address_normal(f.complainant) as complainant offset 0) a
    cross join lateral (select * from incident i where i.message = f.message and i.no = f.no limit 1) i
    cross join lateral (select m.desk, m.kind, m.submitter, m.authenticated, m.received_at, m.from_address, m.reporter_address,
        -- That there was more in it than we keep is no fault of its sender's.
        m.kind in ('xarf', 'x-arf') and m.report @? '$.malformed[*] ? (!(@ like_regex "^(too-many-|long-)"))' as malformed,
        case when f.relation = 'whois' then m.report->'incidents'->(f.no - 1)->'claim' end as claim
        from message m where m.id = f.message limit 1) m
    cross join lateral (select r.party, case when f.relation = 'sending' and desk.is_paused(r.party) then 'suspended' else r.status end as status,
        r.created, r.counted_from, r.registered_at from resource r where r.id = f.resource limit 1) r
    -- The border vouches for who sent it; whom he names as reporter is but his word, unless it is his own house.
    left join lateral (select o.trust from reporter o where o.address in (m.from_address, '@' || desk.address_domain(m.from_address))
        order by o.address like '@%' limit 1) s on true
    left join lateral (select o.trust from reporter o where m.reporter_address is distinct from m.from_address
        and o.address in (m.reporter_address, '@' || desk.address_domain(m.reporter_address))
        and (o.trust <> 'trusted' or desk.address_domain(m.reporter_address) = desk.address_domain(m.from_address))
        order by o.address like '@%' limit 1) n on true
    cross join lateral (select case when s.trust in ('distrusted', 'blocked') then s.trust else coalesce(n.trust, s.trust) end as trust) t
    -- A range of one key and its order: of a young table the planner would as soon read all complaints of the resource.
    left join lateral (select c.id, c.counts, c.state from complaint c
        where c.resource = f.resource and c.complainant_key between i.complainant_key and i.complainant_key order by c.complainant_key limit 1) c on true
    left join lateral (select true as known from incident d where d.complaint = c.id and d.report_id = i.report_id limit 1) d on true
    left join lateral (select true as known from sent_volume v where v.party = r.party and f.relation = 'sending' limit 1) v on true
    cross join (select inner_pad, outer_pad from secret where purpose = 'complainant') k
    where f.relation not in ('none', 'transit')
), sorted as (
    -- Sorted as one: an aggregate with an order of its own sorts for each complaint.
    select o.*, row_number() over (c order by o.message, o.no) as nth,
        first_value(o.relation) over (c order by o.strength, o.message, o.no) as best_relation,
        first_value(o.source) over (c order by array_position(array['submitter', 'authenticated', 'loop', 'unverified'], o.source), o.message) as best_source
    from one o window c as (partition by o.resource, o.complainant_key)
), grouped as (
    select resource, complainant_key, min(party) as party, min(status) as status, min(known) as known, bool_or(counted) as counted, min(state) as state,
        min(desk) filter (where nth = 1) as desk, (array_agg(person_key) filter (where nth = 1))[1] as person_key,
        min(complainant) filter (where nth = 1) as complainant, min(message) as message, max(message) as last_message,
        desk.category_name(min(desk.category_rank(category))) as category, min(strength) as strength,
        min(best_relation) as relation, min(best_source) as source,
        count(*) filter (where not duplicate)::int as reports, min(at) as first_at, max(at) as last_at,
        bool_or(why_not is null) as countable, min(why_not) as why_not,
        -- A whois complaint is a typed claim by nature: it must say what is wrong.
        bool_or(case relation when 'whois' then why_not = 'whois' and is_claimed
            when 'sending' then why_not = 'rate' and not is_rated and (submitter is not null or is_trusted or strength < 5)
            else why_not is null and (submitter is not null or is_trusted or strength < 5) end) as warnable,
        array_agg(n) as ns
    from sorted group by resource, complainant_key
), judged as (
    select g.*, g.countable and g.state = 'standing' and not g.counted and p.taken is null as candidate
    from grouped g
    left join lateral (select true as taken from complaint p
        where p.resource = g.resource and p.person_key = g.person_key and p.counts limit 1) p on true
), ranked as materialized (
    select j.*, j.candidate and row_number() over (partition by j.resource, j.person_key, j.candidate order by j.known, j.message, j.complainant_key) = 1 as newly,
        coalesce(j.known, nextval('desk.complaint_id_seq')) as complaint
    from judged j
), placed as (
    select x.n, r.complaint, r.known is null as fresh from ranked r cross join lateral unnest(r.ns) x(n)
    union all
    select n, null, null from unnest(p_found) with ordinality f(message, no, place, resource, party, relation, strength, why, complainant, n)
    where f.relation is null or f.relation in ('none', 'transit')
), doubled as (
    select n, duplicate from one
    union all
    select n, false from unnest(p_found) with ordinality f(message, no, place, resource, party, relation, strength, why, complainant, n)
    where f.relation is null or f.relation in ('none', 'transit')
)
select row(
    (select coalesce(array_agg(row(complaint, resource, party, desk, complainant_key, person_key, complainant,
        message, last_message, known is null, newly, counted or newly,
        case when counted or newly then null when countable then 'same-person' else why_not end,
        category, relation, strength, source, reports, first_at, last_at,
        case when category in ('child-safety', 'authority') then 'restricted' when relation = 'whois' then 'whois' else 'abuse' end,
        status, warnable and state = 'standing', null)::desk.said order by resource, complainant_key), '{}') from ranked),
    (select array_agg(complaint order by n) from placed),
    (select array_agg(fresh order by n) from placed),
    (select array_agg(duplicate order by n) from doubled))::desk.weighed);
end
$$;
comment on function desk.weigh is 'Groups culprits into complaints and says of each: new or repeated, counting or why not, good enough for a warning or not.';

create or replace function desk.join_cases(p_said desk.said[], p_now timestamptz) returns desk.said[]
language plpgsql volatile security definer
set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    v_said desk.said[];
    v_map bigint[];
begin
    -- Each complaint learns the number of its culprit; the case of a number is then looked up
    -- in an array, for a join of two lists without statistics would be all pairs.
    v_said := array(
        select row(s.complaint, s.resource, s.party, s.desk, s.complainant_key, s.person_key, s.complainant, s.message, s.last_message,
            s.fresh, s.newly_counts, s.counts, s.why_not, s.category, s.relation, s.strength, s.source, s.reports, s.first_at, s.last_at,
            s.track, s.status, s.warnable, case when s.category not in ('not-spam', 'auth-failure', 'opt-out')
                then dense_rank() over (order by s.category in ('not-spam', 'auth-failure', 'opt-out'), s.track,
                    case when s.relation = 'sending' then -s.party else s.resource end) end)::desk.said
        from unnest(p_said) s order by s.resource, s.complainant_key);

    with culprit as (
        select s."case" as n, min(s.resource) filter (where s.relation <> 'sending') as resource, min(s.party) as party, min(s.track) as track,
            (array_agg(s.desk order by s.message))[1] as desk, (array_agg(s.relation order by s.strength, s.message))[1] as relation,
            desk.category_name(min(desk.category_rank(s.category))) as category, max(s.last_at) as last_at, bool_or(s.fresh) as fresh,
            bool_and(s.status <> 'active') as is_down, bool_or(s.warnable) as warnable,
            -- With volumes to measure them by, feedback loops alone open no case for a bulk mailer: they are his daily bread.
            bool_or(s.warnable or s.relation <> 'sending' or s.source not in ('loop', 'unverified')) as opens,
            min(case s.why_not when 'whois' then 'claim-unsaid' else coalesce(s.why_not, 'evidence-too-weak') end) as why_not
        from unnest(v_said) s
        where s."case" is not null
        group by s."case"
    ), known as materialized (
        select c.*, o.id as open, z.id as closed, z.id is not null and not c.is_down and (c.opens or v.known is null) and (c.fresh or z.outcome not in ('false-report', 'not-ours')) as reopens,
            case when o.id is null and z.id is null and not c.is_down and (c.opens or v.known is null) then nextval('desk.case_id_seq') end as new
        from culprit c
        -- The indexes of open cases look small to the planner and are read whole: hence || ''.
        left join lateral (
            select k.id from "case" k where c.resource is not null and k.resource = c.resource and k.track = c.track and k.state || '' <> 'closed'
            union all
            select k.id from "case" k where c.resource is null and k.resource is null and k.party = c.party and k.track = c.track and k.state || '' <> 'closed'
            limit 1) o on true
        left join lateral (
            select k.id, k.outcome from (
                select k.id, k.outcome, k.state, k.merged_into from "case" k where c.resource is not null and k.resource = c.resource and k.track = c.track
                union all
                select k.id, k.outcome, k.state, k.merged_into from "case" k where c.resource is null and k.party = c.party and k.resource is null and k.track = c.track) k
            where o.id is null and k.state = 'closed' and k.merged_into is null
            order by k.id desc limit 1) z on true
        left join lateral (select true as known from sent_volume v where v.party = c.party and not c.opens limit 1) v on true
    ), opened as (
        insert into "case" (id, desk, track, resource, party, relation, category, opened_at, changed_at, last_complaint_at, note)
        select new, desk, track, resource, party, relation, category, p_now, p_now, last_at, case when not warnable then why_not end
        from known where new is not null order by resource, party, track
    ), reopened as (
        update "case" k set state = 'open', outcome = null, closed_at = null, step = 0, due_at = null, paused_until = null, paused_step = null,
            snoozed_until = null, opened_at = p_now, changed_at = p_now, repeat_offender = true, last_complaint_at = n.last_at, relation = n.relation,
            category = n.category, note = case when not n.warnable then n.why_not end,
            -- The customer may have gone to another desk.
            desk = case when exists (select from party_closure c where c.descendant = k.party and c.ancestor = k.desk) then k.desk else n.desk end
        from known n where k.id = n.closed and n.reopens
    ), joined as (
        update "case" k set last_complaint_at = greatest(k.last_complaint_at, n.last_at),
            category = desk.category_name(least(desk.category_rank(k.category), desk.category_rank(n.category))),
            note = case when n.warnable then null else k.note end
        from known n where k.id = n.open
    ), noted as (
        insert into audit (at, who, what, "case", resource, party)
        select p_now, 'policy', case when reopens then 'case reopened' else 'case opened' end, coalesce(new, closed), resource, party
        from known where new is not null or reopens
    )
    select array_agg(coalesce(open, new, case when reopens or is_down then closed end) order by n) into v_map from known;

    return array(
        select row(s.complaint, s.resource, s.party, s.desk, s.complainant_key, s.person_key, s.complainant, s.message, s.last_message,
            s.fresh, s.newly_counts, s.counts, s.why_not, s.category, s.relation, s.strength, s.source, s.reports, s.first_at, s.last_at,
            s.track, s.status, s.warnable, v_map[s."case"])::desk.said
        from unnest(v_said) s order by s.resource, s.complainant_key);
end
$$;
comment on function desk.join_cases is 'Opens, joins or reopens the case of each complaint. A resource already suspended, or a sender already paused, opens none: nothing is left to warn of.';

create or replace function desk.count_day(p_messages bigint[]) returns void
language plpgsql volatile security definer set search_path = desk, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
    insert into daily_statistics (day, desk, name, value)
    select (m.received_at at time zone 'UTC')::date, m.desk, 'messages ' || m.kind, count(*)
    from unnest(p_messages) q(id) cross join lateral (select m.received_at, m.desk, m.kind from message m where m.id = q.id limit 1) m
    group by 1, 2, 3
    order by 1, 2, 3
    on conflict (day, desk, name) do update set value = daily_statistics.value + excluded.value;
end
$$;
comment on function desk.count_day is 'Adds this run to the daily counts, which survive retention.';
reset check_function_bodies;
