-- Short texts of a message stay in its row. The low toast_tuple_target is there to keep the report
-- out of line; it pushed out a dozen short columns as well, each at the cost of a row and an index entry.
set role complaint_owner;

alter table desk.message
    alter column sha256 set storage plain,
    alter column source set storage main,
    alter column account set storage main,
    alter column submitted_by set storage main,
    alter column kind set storage main,
    alter column disposition set storage main,
    alter column reason set storage main,
    alter column folder set storage main,
    alter column message_id set storage main,
    alter column from_address set storage main,
    alter column reporter_address set storage main,
    alter column language set storage main,
    alter column subject set storage main,
    alter column ack set storage main,
    alter column ack_reason set storage main,
    -- Each row is updated once, by its decision: room for that on the same page.
    set (fillfactor = 50);
