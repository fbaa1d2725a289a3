-- What a mail writes refers to rows that are there, though no foreign key looks; and they cannot be deleted from under it.
begin;
\ir lib/fixture.psql
select plan(18);
select t.domain('spam.example', 'C1'), t.domain('quiet.example', 'CX'), t.domain('none.example', 'C2');

create function t.orphans() returns setof text language sql as $$
    select 'message.desk ' || m.id from desk.message m where not exists (select from desk.party p where p.id = m.desk)
    union all select 'incident.message ' || i.message from desk.incident i where not exists (select from desk.message m where m.id = i.message)
    union all select 'incident.resource ' || i.message from desk.incident i where i.resource is not null and not exists (select from desk.resource r where r.id = i.resource)
    union all select 'complaint.resource ' || c.id from desk.complaint c where not exists (select from desk.resource r where r.id = c.resource)
    union all select 'complaint.desk ' || c.id from desk.complaint c where not exists (select from desk.party p where p.id = c.desk)
    union all select 'outbox ' || o.id from desk.outbox o where (select count(*) from desk.party p where p.id in (o.desk, o.sender, o.recipient_party))
        <> (select count(distinct x) from unnest(array[o.desk, o.sender, o.recipient_party]) x)
    union all select 'outbox_item.outbox ' || i.outbox from desk.outbox_item i where not exists (select from desk.outbox o where o.id = i.outbox)
    union all select 'outbox_item.case ' || i.outbox from desk.outbox_item i where i."case" is not null and not exists (select from desk."case" c where c.id = i."case")
    union all select 'outbox_item.action ' || i.outbox from desk.outbox_item i where i.action is not null and not exists (select from desk.action a where a.id = i.action)
    union all select 'outbox_item.resource ' || i.outbox from desk.outbox_item i where i.resource is not null and not exists (select from desk.resource r where r.id = i.resource)
    union all select 'complaint.case ' || c.id from desk.complaint c where c."case" is not null and not exists (select from desk."case" k where k.id = c."case") $$;
select t.mail(t.report('spam.example', 'a@people.example')) as mail \gset
select t.mail(t.report('spam.example', 'b@people.example'));
select t.mail(t.report('quiet.example', 'a@people.example', p_category => 'not-spam'));
select t.mail(t.report('none.example', 'a@people.example', p_evidence => 'from')) as forged \gset
select t.mail(t.report('elsewhere.example', 'c@people.example'));
select t.mail(t.report(null, 'abuse@sub1.example', 'batch', p_more => '{"lines": [{"line": 1, "domain": "spam.example", "complainant": "d@people.example", "error": null}]}'));
select count(*) from t.lines('spam.example,e@people.example');
select is_empty('select * from t.orphans()', 'mails and lines refer to nothing that is not there');
select is((select count(*) from desk.complaint where "case" is not null), 4::bigint, '... and to their cases');

select throws_ok($$delete from desk.complaint where false; delete from desk.party where ref = 'R'$$, '23503', null, 'a desk stays');
-- The keys of what follows from a complaint out of the way: here only the complaint holds its case and domain.
alter table desk.action drop constraint action_case_fkey;
select throws_ok($$delete from desk."case"$$, '23503', 'a row of desk.case is referred to by desk.complaint', 'a case with complaints stays');
select throws_ok($$delete from desk.resource where name = 'quiet.example' and ended_at is null$$, '23503', 'a row of desk.resource is referred to by desk.complaint',
    'a domain that was complained about stays');
select is((select relation from desk.incident where message = :forged), 'none', 'one that was only forged');
select throws_ok($$delete from desk.resource where name = 'none.example'$$, '23503', 'a row of desk.resource is referred to by desk.incident', '... stays, too');
select t.domain('unknown.example', 'C2');
select lives_ok($$delete from desk.resource where name = 'unknown.example'$$, 'what nobody spoke of may go');
select throws_ok(format('delete from desk.party where id = %s', t.party('R')), '23503', null, 'a party with customers stays');
insert into desk.party (ref, kind, name, username_email) values ('ALONE', 'reseller', 'Alone', 'login@alone.example');
delete from desk.party_closure where ancestor = t.party('ALONE');
delete from desk.party_figure where party = t.party('ALONE');
update desk.message set desk = t.party('ALONE') where id = :forged;
select throws_ok($$delete from desk.party where ref = 'ALONE'$$, '23503', 'a row of desk.party is referred to by desk.message', '... and one that is nothing but a mail''s desk');
update desk.message set desk = t.party('R') where id = :forged;
select lives_ok($$delete from desk.party where ref = 'ALONE'$$, '... until it is not');

insert into desk.party (ref, kind, name, username_email) values ('HEARD', 'reseller', 'Heard', 'login@heard.example');
delete from desk.party_closure where ancestor = t.party('HEARD');
delete from desk.party_figure where party = t.party('HEARD');
update desk.outbox set recipient_party = t.party('HEARD') where audience = 'complainant' and id = (select min(id) from desk.outbox where audience = 'complainant');
select throws_ok($$delete from desk.party where ref = 'HEARD'$$, '23503', 'a row of desk.party is referred to by desk.outbox', 'whom a mail was sent to stays');
select throws_ok($$delete from desk.action$$, '23503', 'a row of desk.action is referred to by desk.outbox_item', 'what a mail told of stays');
delete from desk.rdap_wait;
select count(*) > 0 as is_there, min(outbox) as letter from desk.outbox_item \gset
select ok(:'is_there', 'mails speak of cases');
select lives_ok(format('delete from desk.outbox where id = %s', :letter), 'a mail can be deleted');
select is_empty(format('select from desk.outbox_item where outbox = %s', :letter), '... and takes along what it spoke of');

select lives_ok(format('delete from desk.message where id = %s', :mail), 'a message can be deleted');
select is_empty(format('select from desk.incident where message = %s', :mail), '... and takes its incidents along');
select * from finish();
rollback;
