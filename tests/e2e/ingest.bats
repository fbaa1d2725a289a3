#!/usr/bin/env bats
# Mails that lie in files come in through the same door.
load helper

setup_file() {
	world_start
	world_prepare >"$W/prepared"
	"$LAB/complaints.py" "$W/plain" --set load --count 200 >/dev/null
	LAB_MADE=$W/made
	mkdir "$LAB_MADE"
	# A Maildir as the border would have filled it, and the same as files and as an mbox.
	fill "$W/plain" box@registrar.test >/dev/null
	cp -r "$W/dv/mail/box@registrar.test/Maildir" "$LAB_MADE/maildir"
	mkdir "$LAB_MADE/files"
	for file in "$LAB_MADE"/maildir/cur/*; do
		cp "$file" "$LAB_MADE/files/$(basename "${file%%,*}").eml"
		{ echo "From - Sun Mar  1 12:00:00 2026"; sed 's/^>*From />&/' "$file"; echo; } >>"$LAB_MADE/mbox"
	done
	jq -r '.complaints[] | join(" ")' "$W/plain/manifest" >"$W/said"
	export LAB_MADE
}

figures() {
	sql "select (select count(*) from desk.message), count(*), sum(reports) from desk.complaint" -F ' '
}
expected() {
	echo "200 $(sort -u "$W/said" | wc -l) $(wc -l <"$W/said")"
}

@test "a Maildir" {
	complaint ingest "$LAB_MADE/maildir"
	wait_for_row "select count(*) from desk.undecided" 0
	[ "$(figures)" = "$(expected)" ]
	# It only read.
	[ "$(find "$LAB_MADE/maildir/cur" -type f | wc -l)" = 200 ]
}

@test "the same as a directory of .eml and as an mbox: nothing new" {
	complaint ingest "$LAB_MADE/files"
	complaint ingest "$LAB_MADE/mbox"
	[ "$(figures)" = "$(expected)" ]
}

@test "one file, and standard input" {
	compose "$W/one" person delta-1.example ann@mailboxes.test
	complaint ingest "$W"/one/*.eml
	[ "$(sql "select count(*) from desk.complaint c join desk.resource r on r.id = c.resource where name = 'delta-1.example' and complainant = 'ann@mailboxes.test'")" = 1 ]
	compose "$W/two" person delta-2.example ann@mailboxes.test
	complaint ingest - <"$(echo "$W"/two/*.eml)"
	[ "$(sql "select count(*) from desk.message")" = 202 ]
}

@test "what is not there is said, with a status a script can use" {
	run complaint ingest "$W/nowhere"
	[ "$status" = 66 ]
	[[ $output = *nowhere* ]]
}

@test "parsing a file needs no database and no configuration" {
	env -u COMPLAINTD_CONFIG complaint parse "$LAB_MADE"/files/*.eml >"$W/parsed"
	[ "$(wc -l <"$W/parsed")" = 200 ]
	jq -es 'all(has("schema") and has("kind") and has("disposition") and has("reason") and has("malformed") and has("mail")
		and has("reporter") and has("feedback_type") and has("incidents") and has("deliveries") and has("lines"))' "$W/parsed"
	complaint parse - <"$(echo "$W"/two/*.eml)" | jq -e '.kind == "human"'
}
