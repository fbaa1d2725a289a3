-- Questions that read all there is: the mails that answer a message, and how many complained of our answers today.
set role complaint_owner;

create index outbox_message on desk.outbox (message) where message is not null;
create index audit_annoyed on desk.audit (party, at) where what = 'complaint about our mail';
