-- Domains suspended by one command are told of in one mail for each recipient, also when the provisioning system
-- carries them out one by one.
set role complaint_owner;

alter table desk.hook add column told_at timestamptz;
update desk.hook set told_at = coalesce(answered_at, owed_at) where state = 'done';
create index hook_untold on desk.hook (action) where state = 'done' and told_at is null;
comment on column desk.hook.told_at is 'When the chain was told of what was done; null while other calls of the same approval have not been made yet.';
