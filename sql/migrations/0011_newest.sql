-- The newest complaints about a resource, without reading all of them: a domain may have a hundred thousand.
set role complaint_owner;

create index complaint_newest on desk.complaint (resource, id);
