-- What has still to leave, apart from the mails: claiming one and beginning its attempt touch a narrow row here,
-- and what became of it changes no index of the mails. An attempt is noted when it begins, so a mail that
-- was only claimed when its daemon died is not in doubt.
set role complaint_owner;

create sequence desk.outbox_claim_seq;
comment on sequence desk.outbox_claim_seq is 'Numbers the claims of mails.';

create table desk.outbox_queue (
    outbox bigint primary key references desk.outbox on delete cascade,
    priority smallint not null,
    due timestamptz not null,
    claim bigint,
    lease_until timestamptz,
    begun boolean not null default false,
    constraint outbox_queue_claim_has_lease check ((claim is null) = (lease_until is null)),
    constraint outbox_queue_begun_is_claimed check (claim is not null or not begun)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
create index outbox_queue_due on desk.outbox_queue (priority, due);
comment on table desk.outbox_queue is 'Mails that have not left: owed, deferred and held ones. Kept by triggers of desk.outbox.';
comment on column desk.outbox_queue.outbox is 'The mail.';
comment on column desk.outbox_queue.priority is 'The lowest first.';
comment on column desk.outbox_queue.due is 'When it may be claimed; infinity: it is held.';
comment on column desk.outbox_queue.claim is 'Which claim has it; null: none.';
comment on column desk.outbox_queue.lease_until is 'Until when nobody else claims it.';
comment on column desk.outbox_queue.begun is 'It is being handed to a relay, or was when its daemon died.';

-- Who upgrades runs no daemon: whatever was being sent is in doubt.
alter table desk.outbox drop constraint outbox_sending_has_lease;
update desk.outbox set state = case when auto_submitted = 'auto-replied' then 'uncertain' else 'owed' end,
    reason = 'attempt ' || attempts || ' left no record'
where state = 'sending';
drop index desk.outbox_due, desk.outbox_leased, desk.outbox_held;
alter table desk.outbox drop column lease_until,
    drop constraint outbox_state_check,
    add constraint outbox_state_check check (state in ('owed', 'held', 'sent', 'deferred', 'refused', 'uncertain', 'cancelled', 'expired', 'shadow'));
comment on column desk.outbox.attempts is 'How often a relay was asked to take it; the one under way is in desk.outbox_queue.';
insert into desk.outbox_queue (outbox, priority, due)
select id, priority, case when state = 'held' then 'infinity' else next_attempt_at end from desk.outbox where state in ('owed', 'deferred', 'held');

drop function if exists desk.outbox_claim(int, interval, timestamptz);
drop function if exists desk.outbox_record(bigint[], text[], text[], timestamptz[], timestamptz);
