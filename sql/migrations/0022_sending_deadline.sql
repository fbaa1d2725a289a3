-- A bulk mailer has as long to act on a warning as everybody: then it comes to a person.
set role complaint_owner;

update desk.ladder set delay_days = 3 where party is null and relation = 'sending' and track = 'abuse' and step = 2 and action = 'escalate' and delay_days = 7;
