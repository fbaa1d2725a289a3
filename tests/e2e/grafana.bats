#!/usr/bin/env bats
# The dashboards for Grafana: their form, and every query by the role that may look at nothing else.
load helper

BOARDS=$BATS_TEST_DIRNAME/../../sql/dashboards/grafana

setup_file() {
	world_start
	world_config <<-'CONF'

	[border]
	token_pattern = \b(ct-[0-9]+-[a-z0-9_]+-[a-z0-9_]+-[0-9a-f]{16})\b
	CONF
	world_prepare >"$W/prepared"
	"$LAB/complaints.py" "$W/mails" >/dev/null
	fill "$W/mails" >/dev/null
	complaint loop add mailboxes.test 192.0.2.128/25 --sender feedback.test --since 2026-01-01 >/dev/null
	printf 'customer,address,provider,day,mails\ncedar,192.0.2.130,mailboxes.test,%s,10000\n' "$(date -u +%F)" >"$W/volumes.csv"
	complaint import volumes "$W/volumes.csv" >/dev/null
	seq -f 'r%g' 1 50 | complaint token make --customer cedar --campaign spring --sent - >"$W/tokens"
	"$LAB/complaints.py" "$W/loop" --set loop <"$W/tokens" >/dev/null
	fill "$W/loop" >/dev/null
	daemon_once
}

as_readonly() { psql -XqAt -v ON_ERROR_STOP=1 -h "$W/pg" -U complaint_readonly -d complaintd "$@"; }
wrong() { "$LAB/grafana.py" "$1"; }

@test "the files keep the rules" {
	run wrong "$BOARDS/dashboards"
	[ "$output" = "" ]
	[ "$status" = 0 ]
	[ "$(find "$BOARDS/dashboards" -name '*.json' | wc -l)" = 3 ]
}

# broken FILTER SAYS: a dashboard that jq has spoiled is told of
broken() {
	mkdir -p "$BATS_TEST_TMPDIR/broken"
	cp "$BOARDS/dashboards"/*.json "$BATS_TEST_TMPDIR/broken"
	jq "$1" "$BOARDS/dashboards/desk.json" >"$BATS_TEST_TMPDIR/broken/desk.json"
	run wrong "$BATS_TEST_TMPDIR/broken"
	[ "$status" = 1 ]
	[[ $output = *"$2"* ]] || { echo "$1 gave: $output"; return 1; }
}

@test "a dashboard that breaks a rule is told of" {
	broken '.schemaVersion = 42' 'schemaVersion'
	broken '.uid = "complaintd-sending"' 'one uid'
	broken '.refresh = "5s"' 'refreshed'
	broken '.templating.list = []' 'no variable'
	broken '.panels[2].id = .panels[1].id' 'twice'
	broken '.panels[2].gridPos.x = 1' 'lies on'
	broken '.panels[2].gridPos.x = 22' 'leaves the grid'
	broken 'del(.panels[1].description)' 'no description'
	broken '.panels[1].fieldConfig.defaults.unit = ""' 'no unit'
	broken '.panels[1].datasource.uid = "P1"' 'data source of its own'
	broken '.panels[1].targets[0].rawSql = "select count(*) from desk.message"' 'no view of schema dashboard'
	broken '.panels[1].targets[0].rawSql = "select subject from dashboard.messages"' 'reporter may have written'
	broken '.panels[1].targets[0].rawSql = "select 1 where $__timeFilter(max(x))"' 'macro'
	broken '(.panels[] | select(.title == "Queue") | .fieldConfig.overrides[] | select(.properties[0].id == "links") | .matcher.options) = "resource"' 'makes a link of resource'
	broken '(.panels[] | select(.title == "Queue") | .fieldConfig.overrides[].properties[] | select(.id == "links") | .value[0].url) = "https://elsewhere.example/${__value.raw}"' 'links to https'
}

@test "every query can be run by the role that may only look, and has the columns it needs" {
	"$LAB/grafana.py" "$BOARDS/dashboards" --sql >"$W/queries"
	as_readonly -f "$W/queries" >"$W/shown" 2>"$W/error" || { tail -n 3 "$W/shown" "$W/error"; return 1; }
	[ ! -s "$W/error" ]
	# Of each panel its name, how many rows it has, and the columns that are missing.
	awk -F'|' '
		/^@panel / { if (name) print name "|" rows "|" missing; name = substr($0, 8); rows = 0; missing = ""; inside = 0; split("", has) }
		/^@needs/ { needed = substr($0, 8); inside = 1; next }
		/^@rows$/ { inside = 2; n = split(needed, column, " "); for (i = 1; i <= n; i++) if (!(column[i] in has)) missing = missing " " column[i]; next }
		inside == 1 { if ($1 != "time" || $2 ~ /^(timestamp with time zone|numeric)$/) has[$1] = 1 }
		inside == 2 && !/^@/ { rows++ }
		END { print name "|" rows "|" missing }' "$W/shown" >"$W/results"
	[ "$(wc -l <"$W/results")" = "$(grep -c @panel "$W/queries")" ]
	[ "$(wc -l <"$W/results")" -ge 50 ]
	run grep -v '|$' "$W/results"
	[ "$output" = "" ]
}

@test "the panels show what is there" {
	while read -r panel; do
		grep -q "^$panel|[1-9]" "$W/results" || { echo "$panel shows nothing"; grep "^$panel" "$W/results"; return 1; }
	done <<-'PANELS'
	desk.json Mails received
	desk.json New complaints
	desk.json Queue
	desk.json Waiting for approval
	desk.json Proposals
	desk.json Domains
	desk.json Resellers
	sending.json Complaints per thousand mails
	sending.json Rates too high
	sending.json Campaigns
	sending.json Enrolments
	sending.json Suppressions
	sending.json Pressure
	sending.json variable customer
	operations.json Mails by mailbox
	operations.json Outcomes
	operations.json Quarantine
	PANELS
	[ "$(grep -c '|[1-9]' "$W/results")" -ge 40 ]
}

@test "the files for provisioning name what is installed" {
	grep -q 'type: grafana-postgresql-datasource' "$BOARDS/provisioning/datasources/complaintd.yaml"
	grep -q 'user: complaint_readonly' "$BOARDS/provisioning/datasources/complaintd.yaml"
	none grep -rqi 'password: [^$]' "$BOARDS/provisioning"
	stage=$W/stage/usr/local/share/complaintd/dashboards/grafana
	(cd "$ROOT" && MAKEFLAGS='' make -s install BUILD="${BUILD#"$ROOT/"}" DESTDIR="$W/stage" >/dev/null)
	[ "$(sed -n 's/^ *path: //p' "$stage/provisioning/dashboards/complaintd.yaml")" = /usr/local/share/complaintd/dashboards/grafana/dashboards ]
	for file in "$BOARDS/dashboards"/*.json; do
		cmp "$file" "$stage/dashboards/$(basename "$file")"
	done
}
