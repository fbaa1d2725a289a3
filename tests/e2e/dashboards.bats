#!/usr/bin/env bats
# What people look at: the views, by the role that may look at nothing else.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	"$LAB/complaints.py" "$W/mails" >/dev/null
	fill "$W/mails" >/dev/null
	daemon_once
}

as_readonly() {
	psql -X -v ON_ERROR_STOP=1 -h "$W/pg" -U complaint_readonly -d complaintd "$@"
}

@test "every dashboard can be read in 100 columns, and shows something" {
	for file in "$ROOT"/sql/dashboards/*.psql; do
		echo "$file"
		(cd "$(dirname "$file")" && as_readonly -v customer=amber -f "$file") >"$W/shown" 2>&1 || { cat "$W/shown"; return 1; }
		[ -s "$W/shown" ]
		awk 'length > 100 { print; bad = 1 } END { exit bad }' "$W/shown"
	done
}

@test "every view can be selected from, and is explained" {
	views=$(sql "select viewname from pg_views where schemaname = 'dashboard'")
	[ "$(wc -w <<<"$views")" -ge 9 ]
	for view in $views; do
		as_readonly -qAt -c "select count(*) from dashboard.$view" >"$W/n"
	done
	[ "$(sql "select count(*) from pg_views where schemaname = 'dashboard' and obj_description(('dashboard.' || quote_ident(viewname))::regclass) is null")" = 0 ]
}

@test "the role that looks can neither write nor see behind the views" {
	for query in "select * from desk.message" "select raw from desk.raw_message" "select * from desk.outbox" \
		"select desk.decide()" "delete from dashboard.queue"; do
		run as_readonly -c "$query"
		[ "$status" != 0 ]
	done
}

@test "the figures of a view are those of the tables" {
	[ "$(sql "select count(*) from desk.message")" = "$(wc -l <"$W/mails/manifest")" ]
}

@test "every policy is in the manual, with its kind, its default and what it is for" {
	mandoc -Tascii "$ROOT/daemon/man/complaint.1" | col -b | tr -d ' \t\n' >"$W/page" # lines break at hyphens, too
	sql "select n.name || ' (' || n.kind || ', ' || case case when n.name = 'staff_email' then '' else p.value #>> '{}' end when '' then 'empty' when '[]' then 'empty' when 'true' then 'yes'
		when 'false' then 'no' else p.value #>> '{}' end || ') ' || n.meaning || '.' from desk.policy_name n join desk.policy p on p.name = n.name and p.party is null" >"$W/policies"
	[ "$(wc -l <"$W/policies")" -gt 40 ]
	while IFS= read -r line; do
		grep -qF -- "${line// /}" "$W/page" || { echo "complaint.1 lacks: $line"; return 1; }
	done <"$W/policies"
}
