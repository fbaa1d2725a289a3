-- A circuit breaker that a person has closed counts from then on: what made it open before would open it again at
-- the next refused answer.
set role complaint_owner;

alter table desk.breaker add column closed_at timestamptz;
comment on column desk.breaker.closed_at is 'When a person released the answers: what was refused or complained about before counts no more. Null: it is open.';
