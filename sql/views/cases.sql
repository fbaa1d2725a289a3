-- Cases, actions, deadlines: what a desk works on.
set role complaint_owner;

create or replace view dashboard.cases as
select c.id as "case", c.opened_at, c.state, c.outcome, c.track, c.category, c.relation,
    r.name as resource, p.ref as customer, p.name as customer_name, u.ref as reseller, u.name as reseller_name,
    d.ref as desk, r.status, coalesce(r.complaints, 0) as complaints, coalesce(r.counting, 0) as counting,
    c.step, c.due_at, c.last_complaint_at, c.changed_at, c.closed_at, c.assigned_to, c.repeat_offender,
    c.snoozed_until, c.paused_until, c.merged_into, c.note
from desk."case" c
left join desk.resource r on r.id = c.resource
join desk.party p on p.id = c.party
left join desk.party u on u.id = p.parent
join desk.party d on d.id = c.desk;
comment on view dashboard.cases is 'Every case, open or closed.';
comment on column dashboard.cases."case" is 'Number of the case; in mails it is called C-number.';
comment on column dashboard.cases.opened_at is 'When the first complaint opened it.';
comment on column dashboard.cases.state is 'open, waiting (for an answer), answered, closed.';
comment on column dashboard.cases.outcome is 'How it was closed: resolved, suspended, no-action, not-ours, false-report.';
comment on column dashboard.cases.track is 'abuse, whois or restricted.';
comment on column dashboard.cases.category is 'The worst thing complained about.';
comment on column dashboard.cases.relation is 'How we are concerned, and with it what we can do.';
comment on column dashboard.cases.resource is 'Domain, network, identifier or host; null: the customer as a whole.';
comment on column dashboard.cases.customer is 'Whose it was when the case was opened: the operator''s id.';
comment on column dashboard.cases.customer_name is 'Name of the customer.';
comment on column dashboard.cases.reseller is 'The customer''s immediate reseller: the operator''s id.';
comment on column dashboard.cases.reseller_name is 'Name of the immediate reseller.';
comment on column dashboard.cases.desk is 'The desk that took the first complaint.';
comment on column dashboard.cases.status is 'Of the resource now: active, suspended, deleted.';
comment on column dashboard.cases.complaints is 'Standing complaints about the resource, unique complainants.';
comment on column dashboard.cases.counting is 'Those of them that count toward thresholds.';
comment on column dashboard.cases.step is 'Steps of the ladder taken.';
comment on column dashboard.cases.due_at is 'When the next step is due; null: none.';
comment on column dashboard.cases.last_complaint_at is 'The latest complaint that joined it.';
comment on column dashboard.cases.changed_at is 'The last change of its state.';
comment on column dashboard.cases.closed_at is 'When it was closed.';
comment on column dashboard.cases.assigned_to is 'Who works on it.';
comment on column dashboard.cases.repeat_offender is 'Complained about again after it had been closed.';
comment on column dashboard.cases.snoozed_until is 'Out of the queue until then.';
comment on column dashboard.cases.paused_until is 'The ladder waits for what an answer promised.';
comment on column dashboard.cases.merged_into is 'The case that goes on instead.';
comment on column dashboard.cases.note is 'Why nothing was done, in short.';

create or replace view dashboard.queue as
select "case", date_trunc('minute', now() - opened_at) as age, track, category, relation, resource, customer, reseller, desk,
    state, status, complaints, counting, step, due_at,
    due_at is not null and greatest(due_at, paused_until, snoozed_until) < now() as overdue, assigned_to, repeat_offender, opened_at,
    (select count(*) from desk.action a where a."case" = c."case" and a.state = 'proposed') as wanted, note
from dashboard.cases c
where state <> 'closed' and (snoozed_until is null or snoozed_until <= now())
order by track = 'restricted' desc, opened_at;
comment on view dashboard.queue is 'Open cases by age, restricted ones first, snoozed ones left out.';
comment on column dashboard.queue."case" is 'Number of the case.';
comment on column dashboard.queue.age is 'Since it was opened.';
comment on column dashboard.queue.track is 'abuse, whois or restricted.';
comment on column dashboard.queue.category is 'The worst thing complained about.';
comment on column dashboard.queue.relation is 'How we are concerned.';
comment on column dashboard.queue.resource is 'What is complained about; null: the customer as a whole.';
comment on column dashboard.queue.customer is 'Whose it is.';
comment on column dashboard.queue.reseller is 'The customer''s immediate reseller.';
comment on column dashboard.queue.desk is 'The desk that took the first complaint.';
comment on column dashboard.queue.state is 'open, waiting, answered.';
comment on column dashboard.queue.status is 'Of the resource: active, suspended, deleted.';
comment on column dashboard.queue.complaints is 'Standing complaints about the resource.';
comment on column dashboard.queue.counting is 'Those that count toward thresholds.';
comment on column dashboard.queue.step is 'Steps of the ladder taken.';
comment on column dashboard.queue.due_at is 'When the next step is due.';
comment on column dashboard.queue.overdue is 'It should have been taken already.';
comment on column dashboard.queue.assigned_to is 'Who works on it.';
comment on column dashboard.queue.repeat_offender is 'Complained about again after it had been closed.';
comment on column dashboard.queue.opened_at is 'When the first complaint opened it.';
comment on column dashboard.queue.wanted is 'Actions that wait for approval.';
comment on column dashboard.queue.note is 'Why nothing was done, in short.';

create or replace view dashboard.actions as
select a.id as action, a.kind, a.state, a."case", r.name as resource, p.ref as customer, p.name as customer_name,
    u.ref as reseller, d.ref as desk, a.reason, a.proposed_by, a.decided_by, a.automatic, a.created_at, a.decided_at,
    a.due_at, a.done_at, a.result, a.ground, a.figures
from desk.action a
left join desk.resource r on r.id = a.resource
join desk.party p on p.id = a.party
left join desk.party u on u.id = p.parent
join desk.party d on d.id = a.desk;
comment on view dashboard.actions is 'What was, is being and should be done.';
comment on column dashboard.actions.action is 'Number of the action.';
comment on column dashboard.actions.kind is 'warn, remind, suspend, reinstate, stop-redirection, cease, whois-inquiry, delete, pause, resume, suppress, inform, escalate.';
comment on column dashboard.actions.state is 'proposed, approved, executing, done, failed, rejected, cancelled.';
comment on column dashboard.actions."case" is 'The case it belongs to.';
comment on column dashboard.actions.resource is 'What it is done to; null: the party.';
comment on column dashboard.actions.customer is 'The party concerned: the operator''s id.';
comment on column dashboard.actions.customer_name is 'Name of that party.';
comment on column dashboard.actions.reseller is 'The party immediately above.';
comment on column dashboard.actions.desk is 'The desk in charge.';
comment on column dashboard.actions.reason is 'Why it was proposed.';
comment on column dashboard.actions.proposed_by is '"policy" or a person.';
comment on column dashboard.actions.decided_by is 'Who approved or rejected it.';
comment on column dashboard.actions.automatic is 'Carried out without a person.';
comment on column dashboard.actions.created_at is 'When it was proposed.';
comment on column dashboard.actions.decided_at is 'When it was approved or rejected.';
comment on column dashboard.actions.due_at is 'When it is to be done.';
comment on column dashboard.actions.done_at is 'When it was done.';
comment on column dashboard.actions.result is 'What came of it, in the provisioning system''s or the person''s words.';
comment on column dashboard.actions.ground is 'The terms it rests on.';
comment on column dashboard.actions.figures is 'The figures that decided.';

create or replace view dashboard.actions_wanted as
select action, kind, resource, customer, reseller, desk, "case", date_trunc('minute', now() - created_at) as age, reason, created_at,
    coalesce((select r.complaints from desk.action x join desk.resource r on r.id = x.resource where x.id = a.action), 0) as complaints
from dashboard.actions a
where state = 'proposed'
order by created_at;
comment on view dashboard.actions_wanted is 'What waits for a person''s word: complaint action approve or reject.';
comment on column dashboard.actions_wanted.action is 'Number of the action.';
comment on column dashboard.actions_wanted.kind is 'What is to be done.';
comment on column dashboard.actions_wanted.resource is 'What it is done to; null: the party.';
comment on column dashboard.actions_wanted.customer is 'The party concerned.';
comment on column dashboard.actions_wanted.reseller is 'The party immediately above.';
comment on column dashboard.actions_wanted.desk is 'The desk in charge.';
comment on column dashboard.actions_wanted."case" is 'The case it belongs to.';
comment on column dashboard.actions_wanted.age is 'For how long it has been waiting.';
comment on column dashboard.actions_wanted.reason is 'Why it was proposed.';
comment on column dashboard.actions_wanted.created_at is 'When it was proposed.';
comment on column dashboard.actions_wanted.complaints is 'Standing complaints about the resource now.';

create or replace view dashboard.deadlines as
select c.due_at, c.due_at - now() as remaining, c.id as "case", r.name as resource, p.ref as customer, c.track, c.relation, c.step,
    (select l.action from desk.ladder l
        where l.relation = c.relation and l.track = c.track and l.step = c.step + 1
            -- A ladder of one's own replaces the inherited one whole.
            and l.party is not distinct from (select o.party from desk.party_closure k join desk.ladder o on o.party = k.ancestor
                where k.descendant = c.party and o.relation = c.relation and o.track = c.track order by k.depth limit 1)) as next,
    c.paused_until
from desk."case" c
left join desk.resource r on r.id = c.resource
join desk.party p on p.id = c.party
where c.state <> 'closed' and c.due_at is not null
order by c.due_at;
comment on view dashboard.deadlines is 'What comes next, and when.';
comment on column dashboard.deadlines.due_at is 'When.';
comment on column dashboard.deadlines.remaining is 'Until then; negative: overdue.';
comment on column dashboard.deadlines."case" is 'Number of the case.';
comment on column dashboard.deadlines.resource is 'What it is about; null: the customer as a whole.';
comment on column dashboard.deadlines.customer is 'Whose it is.';
comment on column dashboard.deadlines.track is 'abuse, whois or restricted.';
comment on column dashboard.deadlines.relation is 'How we are concerned.';
comment on column dashboard.deadlines.step is 'Steps of the ladder taken.';
comment on column dashboard.deadlines.next is 'The step that is due.';
comment on column dashboard.deadlines.paused_until is 'The ladder waits until then.';

create or replace view dashboard.audit as
select a.at, a.who, a.what, a."case", a.action, r.name as resource, p.ref as party, a.complaint, a.message, a.detail, a.id
from desk.audit a
left join desk.resource r on r.id = a.resource
left join desk.party p on p.id = a.party;
comment on view dashboard.audit is 'Every decision and every hand.';
comment on column dashboard.audit.at is 'When.';
comment on column dashboard.audit.who is 'The database user, or "policy".';
comment on column dashboard.audit.what is 'What was done.';
comment on column dashboard.audit."case" is 'The case concerned.';
comment on column dashboard.audit.action is 'The action concerned.';
comment on column dashboard.audit.resource is 'The domain, network, identifier or host concerned.';
comment on column dashboard.audit.party is 'The customer or reseller concerned.';
comment on column dashboard.audit.complaint is 'The complaint concerned.';
comment on column dashboard.audit.message is 'The message concerned.';
comment on column dashboard.audit.detail is 'What else there is to know.';
comment on column dashboard.audit.id is 'The order of things.';
