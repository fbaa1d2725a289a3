-- What is written for each mail is referred to without a look-up of its own. A foreign key asked the
-- referred table once for every row, and locked what it found: six look-ups a mail, a tenth of the
-- processor that a mail costs. None of them could fail: ingest and decide take each of these numbers from
-- the row itself, in the transaction that writes them, and no function deletes a party, resource, message
-- or case. Against a hand that does, desk.referred() stands: it refuses, or deletes the incidents with
-- their message, as the keys did. The rarer tables (case, action, outbox, ...) keep theirs.
set role complaint_owner;

alter table desk.message drop constraint message_desk_fkey;
alter table desk.incident
    drop constraint incident_message_fkey,
    drop constraint incident_resource_fkey;
alter table desk.complaint
    drop constraint complaint_resource_fkey,
    drop constraint complaint_desk_fkey,
    drop constraint complaint_case;

-- The bytes of a mail are read whole or not at all, and never updated: beside their number, not in pieces
-- in a table and an index of their own. Partitions made from now on are made so by desk.raw_partition().
do $$
declare
    v_part regclass;
begin
    for v_part in select inhrelid::regclass from pg_inherits where inhparent = 'desk.raw_message'::regclass loop
        execute format('alter table %s set (toast_tuple_target = 8160)', v_part);
    end loop;
end
$$;
