-- Rates finer than one per thousand: providers ask for less than that.
set role complaint_owner;

alter table desk.policy_name drop constraint policy_name_kind_check,
    add constraint policy_name_kind_check check (kind in ('number', 'decimal', 'switch', 'text', 'list'));
update desk.policy_name set kind = 'decimal' where name in ('rate_warn_permille', 'rate_pause_permille');
