#!/usr/bin/env bats
# The manual says what the programs know, and nothing is missing from it.
bats_require_minimum_version 1.5.0

setup() {
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	case ${BUILD:=build} in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
	PATH=$BUILD:$PATH
	cd "$ROOT/daemon/man" || return
}

# page FILE: its text in one line, words apart by one space
page() { mandoc -Tascii "$1" | col -b | tr -s ' \t\n' ' '; }

# missing PAGE: lines of standard input that do not stand in it
missing() {
	local text line
	text=$(page "$1")
	while IFS= read -r line; do
		[[ $text = *"$line"* ]] || echo "$1 lacks: $line"
	done >"$BATS_TEST_TMPDIR/missing"
	[ ! -s "$BATS_TEST_TMPDIR/missing" ] || { cat "$BATS_TEST_TMPDIR/missing"; return 1; }
}

# "noun verb" of every command
commands() {
	complaint --help | sed -n 's/^  \([a-z].*\)$/\1/p' | awk '{ print $1, ($2 ~ /^[a-z][a-z-]*$/ && $2 != "take" ? $2 : "") }' | sed 's/ $//'
}

@test "mandoc finds nothing to say" {
	for file in *.[1-8]; do
		mandoc -Tlint -Wstyle "$file" 2>&1 | grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' >"$BATS_TEST_TMPDIR/lint" || true
		[ ! -s "$BATS_TEST_TMPDIR/lint" ] || { cat "$BATS_TEST_TMPDIR/lint"; return 1; }
	done
}

@test "every command and every option is described" {
	[ "$(commands | wc -l)" -gt 50 ]
	commands | grep -v -e '^maintenance' -e '^check' -e '^parse' | missing complaint.1
	commands | while read -r noun verb; do
		complaint "$noun" ${verb:+"$verb"} --help | grep -oE -e '--[a-z][a-z-]+'
	done | sort -u | grep -v -e --help | missing complaint.1
}

@test "every key of the configuration is described" {
	complaint config example | sed -n 's/^#\([a-z_]*\) =.*/\1/p' | sed 's/^\(password\|secret\)_\(file\|command\)$/\1/' | sort -u | missing complaintd.conf.5
	complaint config example | grep -oE '\[[a-z]+' | tr -d '[' | sort -u | missing complaintd.conf.5
}

@test "every key of a report is described" {
	printf 'From: a@example.org\nTo: abuse@example.net\n\nhttp://www.example.com/ sent spam\n' | complaint parse - >"$BATS_TEST_TMPDIR/report"
	jq -e '(.incidents | length) == 1' "$BATS_TEST_TMPDIR/report"
	jq -r '[paths | .[] | strings] | unique[]' "$BATS_TEST_TMPDIR/report" | missing complaint-report.5
}

@test "every view and every function for people is described" {
	sed -n 's/^create or replace view \(dashboard\.[a-z_]*\) as.*/\1/p' "$ROOT"/sql/views/*.sql >"$BATS_TEST_TMPDIR/views"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/views")" -gt 15 ]
	missing complaintd-sql.7 <"$BATS_TEST_TMPDIR/views"
	sed -n 's/^create or replace function desk_api\.\([a-z_]*\)(.*/\1(/p' "$ROOT"/sql/functions/*.sql | missing complaintd-sql.7
}
