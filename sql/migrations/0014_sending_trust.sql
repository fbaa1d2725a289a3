-- Whom a feedback loop's reports come from, whether a customer is paused, and what follows a warning.
set role complaint_owner;

-- Some providers send their reports from the domain of their users: staff@provider.example. Everybody
-- there must not speak for the loop.
alter table desk.loop drop constraint loop_sender_check,
    add constraint loop_sender_check check (sender = lower(sender) and sender ~ '^([^@[:space:][:cntrl:]<>]+@|[.])?[a-z0-9][a-z0-9.-]*$');
comment on column desk.loop.sender is 'Who sends the reports, as the border vouches for it: an address; a domain and names below it; or, with a dot before it, only names below it.';

create index action_pause on desk.action (party, done_at) where kind in ('pause', 'resume') and state = 'done';

-- A warning that changes nothing must come to a person.
insert into desk.ladder (relation, track, step, action, delay_days, approval) values ('sending', 'abuse', 2, 'escalate', 7, true)
    on conflict on constraint ladder_once do nothing;
