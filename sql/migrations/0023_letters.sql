-- Mails owed and what they speak of are written by desk.owe() in numbers, a dozen references for each
-- line submitted, and each was looked up and locked: see 0017. They go the same way; desk.referred() refuses
-- to delete from under them.
set role complaint_owner;

alter table desk.outbox
    drop constraint outbox_desk_fkey,
    drop constraint outbox_sender_fkey,
    drop constraint outbox_recipient_party_fkey;
alter table desk.outbox_item
    drop constraint outbox_item_outbox_fkey,
    drop constraint outbox_item_case_fkey,
    drop constraint outbox_item_action_fkey,
    drop constraint outbox_item_resource_fkey;
