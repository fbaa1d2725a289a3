-- Whoever has a domain can make as many addresses, authenticated, as a threshold asks for. A person who approves
-- sees where the complaints come from; what nobody approves needs complainants of several organisations.
set role complaint_owner;

insert into desk.policy_name (name, kind, meaning) values
    ('auto_organisations', 'number', 'Organisations (domains of complainants; a mailbox provider is one) that must have complained before a suspension is carried out without approval');
insert into desk.policy (name, value) values ('auto_organisations', '3');
