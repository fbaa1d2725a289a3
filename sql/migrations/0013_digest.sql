-- When staff want to be told of the day before.
set role complaint_owner;

insert into desk.policy_name (name, kind, meaning) values
    ('digest_hour', 'number', 'Hour of the day, where the desk is, from which staff get the digest of the day before (0 to 23)');
insert into desk.policy (name, value) values ('digest_hour', '6');
