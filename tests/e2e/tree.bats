#!/usr/bin/env bats
# What the tree promises: its places, the direction of its dependencies, and how it is built.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	BUILD=${BUILD:-build}
	BUILD=${BUILD#"$PWD/"} # as make calls it: another name would be another build
}

# none COMMAND...: it must print nothing
none() {
	local out
	out=$("$@") || true
	[ -z "$out" ] || {
		echo "$out"
		return 1
	}
}

# except PATTERN FILES...: the files whose name does not fit
except() {
	local pattern=$1 file
	shift
	for file in "$@"; do
		[[ $file =~ $pattern ]] || echo "$file"
	done
}

# includes FILES...: "file: header" for each #include "header"
includes() {
	grep -HoE '^#include "[^"]+"' "$@" | sed 's/:#include "/: /; s/"$//'
}

# Parsers' headers, as others would name them.
parser_headers() {
	(cd parsers && printf '%s\n' *.h)
}

@test "only the eight places stand at the top" {
	shopt -s nullglob dotglob
	for name in *; do
		case $name in
		Makefile | README.md | daemon | parsers | sql | templates | tests | systemd) ;;
		.ci | .clang-format | .editorconfig | .gitignore | .git | build | build-*) ;;
		*) echo "$name" ;;
		esac
	done >"$BATS_TEST_TMPDIR/wrong"
	none cat "$BATS_TEST_TMPDIR/wrong"
}

@test "parsers know nothing of the daemon" {
	names=$(cd daemon && printf '%s\n' *.h)
	both=$(printf '%s\n%s\n' "$names" "$(parser_headers)" | sort | uniq -d)
	[ -z "$both" ] || { echo "one name in both places: $both"; return 1; }
	includes parsers/*.[ch] | while IFS=': ' read -r file header; do
		grep -qx "$header" <<<"$names" && echo "$file includes daemon/$header"
		case $header in */*) echo "$file includes $header" ;; esac
	done >"$BATS_TEST_TMPDIR/wrong" || true
	none cat "$BATS_TEST_TMPDIR/wrong"
}

@test "parsers touch no socket, clock, database or log" {
	mapfile -t files < <(except 'parser-worker|sandbox' parsers/*.c)
	none grep -nE '#include <(sys/socket|netdb|libpq-fe|libetpan|curl|gnutls/gnutls|systemd)|\b(PQ[a-z]|curl_|mailimap_|socket\(|time\(NULL|gettimeofday|g_get_real_time|g_date_time_new_now|sd_)' \
		"${files[@]}"
}

@test "of the daemon only the parse command includes the parsers" {
	names=$(parser_headers)
	includes daemon/*.[ch] | while IFS=': ' read -r file header; do
		grep -qx "${header#parsers/}" <<<"$names" && [ "$file" != daemon/command-parse.c ] && echo "$file includes $header"
	done >"$BATS_TEST_TMPDIR/wrong" || true
	none cat "$BATS_TEST_TMPDIR/wrong"
}

# below FILES HEADERS...: none of these files may include any of these headers
below() {
	local header
	mapfile -t files <<<"$1"
	shift
	for header in "$@"; do
		none grep -HnE "#include \"$header\"" "${files[@]}"
	done
}

# existing PATTERNS...: the files there are
existing() {
	local file
	for file in "$@"; do
		[ ! -e "$file" ] || echo "$file"
	done
}

@test "in the daemon, too, dependencies point one way" {
	low=$(existing daemon/database*.c daemon/template*.c daemon/config*.c daemon/log.c daemon/address.c daemon/backoff.c)
	middle=$(existing daemon/store*.c daemon/mailbox*.c daemon/relay*.c daemon/tls*.c daemon/workers*.c)
	[ "$low" ] && [ "$middle" ]
	below "$low" store.h mailbox.h relay.h tls.h workers.h intake.h outbox.h command.h
	below "$middle" intake.h outbox.h command.h
}

@test "each library has one owner" {
	owned() { # header, owners
		mapfile -t files < <(except "/($2)[a-z-]*\.[ch]$" daemon/*.[ch])
		none grep -lE "#include <$1" "${files[@]}"
	}
	owned libpq database
	owned libetpan 'mailbox|tls'
	owned curl 'relay|senders|https|token|complaintd'
}

@test "no program text is put together into SQL" {
	# A statement is one literal; nothing is printed into it.
	none grep -nEi '(printf|g_string_append|g_strconcat|g_strjoin)[a-z_]* ?\(.*"[^"]*\b(select|insert into|update|delete from|create|drop|alter|copy) [^"]*%[sdluG]' daemon/*.c
	none grep -nE 'PQ(exec|escape)[A-Za-z]*\(.*(printf|->str)' daemon/*.c
}

@test "no function or view is written twice" {
	# The later file would win without a word.
	none sh -c "grep -ohE 'create or replace (function|view) [a-z_.]+' sql/functions/*.sql sql/views/*.sql | sort | uniq -d"
}

@test "no name of ours is one of libetpan's or libpq's" {
	for archive in "$BUILD"/libparsers.a "$BUILD"/libdaemon.a; do
		none sh -c "nm -g --defined-only $archive 2>/dev/null | grep -E ' [TDBR] (imap|mail|smtp|mime|db|pg|clist|PQ)_'"
	done
}

@test "the programs are position-independent and hardened" {
	for program in complaintd complaint complaint-parser; do
		readelf -h "$BUILD/$program" | grep -q 'Type:.*DYN'
		readelf -lW "$BUILD/$program" | grep -q GNU_RELRO
		readelf -dW "$BUILD/$program" | grep -q 'FLAGS.*NOW'
		readelf -lW "$BUILD/$program" | grep -q 'GNU_STACK.*RW '
	done
}

@test "the worker has no use for servers or databases" {
	none sh -c "readelf -dW '$BUILD/complaint-parser' | grep -E 'NEEDED.*(libpq|libetpan|libcurl|libsystemd)'"
}

@test "make install puts everything where the programs look for it" {
	MAKEFLAGS='' make -s install BUILD="$BUILD" DESTDIR="$BATS_TEST_TMPDIR/root" >/dev/null
	root=$BATS_TEST_TMPDIR/root/usr/local
	[ -x "$root/sbin/complaintd" ] && [ -x "$root/bin/complaint" ] && [ -x "$root/libexec/complaintd/complaint-parser" ]
	grep -q "^ExecStart=/usr/local/sbin/complaintd" "$root"/lib/systemd/system/complaintd.service
	grep -aq /usr/local/libexec/complaintd "$root/bin/complaint"
	none find "$BATS_TEST_TMPDIR/root" -path "$root" -prune -o -type f -print
}
