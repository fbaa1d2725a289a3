#!/usr/bin/python3
"""grafana.py DIR [--sql]: looks after dashboards in Grafana's classic JSON, without a Grafana.

Prints what is wrong with the files of DIR, a line each, and says so by its exit status; with --sql
a script for psql instead, which runs every query with its macros expanded as Grafana does. It prints
for each "@panel FILE TITLE", "@needs COLUMN..." (those that the settings of the panel name, and "time"
of a series), the columns that there are, "@rows" and the rows."""
import json
import pathlib
import re
import sys

TYPE = "grafana-postgresql-datasource"
FROM, TO = "'2020-01-01T00:00:00Z'", "'2099-01-01T00:00:00Z'"
LINKED = {"customer"}  # ids of the operator's own; what a reporter wrote is never a link
HIDDEN = re.compile(r'\b(subject|"from"|text|report|raw|diagnostic|complainant|reporter_address|note|detail)\b')
SECONDS = {"m": 60, "h": 3600, "d": 86400}


def group(column, interval):
    number, unit = re.fullmatch(r"'(\d+)([mhd])'", interval).groups()
    width = int(number) * SECONDS[unit]
    return f"floor(extract(epoch from {column})/{width})*{width}"


MACROS = {
    "__timeFilter": lambda column: f"{column} BETWEEN {FROM} AND {TO}",
    "__timeGroup": group,
    "__timeGroupAlias": lambda *given: group(*given) + ' AS "time"',
    "__timeFrom": lambda *_: FROM,
    "__timeTo": lambda *_: TO,
}


def expand(sql):
    """As Grafana's macros.go: no parentheses inside a macro, arguments split at commas."""
    def one(match):
        if match[1] not in MACROS:
            raise ValueError(f"unknown macro ${match[1]}")
        if "(" in match[2]:
            raise ValueError(f"parentheses inside ${match[1]}")
        return MACROS[match[1]](*[word.strip() for word in match[2].split(",")])
    sql = re.sub(r"\$([_a-zA-Z0-9]+)\(([^)]*)\)", one, sql)
    sql = sql.replace("${customer:sqlstring}", "'amber','cedar'")
    if "$" in sql:
        raise ValueError("something with a $ is left")
    return sql


def named(panel):
    for override in panel["fieldConfig"]["overrides"]:
        yield override["matcher"]["options"], override["properties"]


def check_query(sql):
    try:
        plain = expand(sql)
    except (ValueError, TypeError, AttributeError) as problem:
        return [f"macro: {problem}"]
    problems = []
    bare = re.sub(r"extract\(epoch from|'[^']*'", "", plain)
    relations = re.findall(r"\b(?:from|join)\s+(?!\()([\w.]+)", bare)
    problems += [f"reads {name}, which is no view of schema dashboard" for name in relations if not name.startswith("dashboard.")]
    if re.search(r"select\s+\*|;", plain):
        problems.append("select * or a semicolon")
    if HIDDEN.search(bare):
        problems.append(f"shows {HIDDEN.search(bare)[0]}, which a reporter may have written")
    return problems


def check_panel(panel, uids):
    if panel["type"] == "row":
        return
    defaults = panel["fieldConfig"]["defaults"]
    for key in ("title", "description"):
        if not panel.get(key):
            yield f"has no {key}"
    for key in ("unit", "noValue", "thresholds"):
        if not defaults.get(key):
            yield f"has no {key}"
    if panel["type"] not in ("stat", "timeseries", "table", "barchart"):
        yield f"is a {panel['type']}"
    for holder in [panel, *panel["targets"]]:
        if holder.get("datasource") != {"type": TYPE, "uid": "${datasource}"}:
            yield "has a data source of its own"
    for column, properties in named(panel):
        for entry in properties:
            if entry["id"] == "links":
                if column not in LINKED:
                    yield f"makes a link of {column}"
                for link in entry["value"]:
                    if not re.fullmatch(r"/d/(%s)\?var-[a-z]+=\$\{__value\.raw\}" % "|".join(uids), link["url"]):
                        yield f"links to {link['url']}"
            elif entry["id"] == "custom.cellOptions" and entry["value"]["type"] not in ("auto", "color-text"):
                yield f"shows {column} as {entry['value']['type']}"
    if defaults.get("links"):
        yield "makes links of everything"
    for target in panel["targets"]:
        yield from check_query(target["rawSql"])
        if (panel["type"] == "timeseries") != (target["format"] == "time_series"):
            yield "has the wrong format"


def check_layout(panels):
    taken = {}
    for panel in panels:
        at = panel["gridPos"]
        if at["x"] < 0 or at["w"] < 1 or at["h"] < 1 or at["x"] + at["w"] > 24:
            yield f"panel {panel['id']} leaves the grid"
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                if taken.setdefault((x, y), panel["id"]) != panel["id"]:
                    yield f"panel {panel['id']} lies on panel {taken[x, y]}"
                    return


def check_board(board, uids):
    wanted = {"schemaVersion": 39, "editable": False, "timezone": "", "tags": ["complaintd"], "id": None}
    for key, value in wanted.items():
        if board.get(key, "nothing") != value:
            yield f"{key} is {board.get(key)!r}, not {value!r}"
    if not re.fullmatch(r"complaintd-[a-z]+", board.get("uid", "")):
        yield "has no fixed uid"
    if not re.fullmatch(r"[1-9]\d*[mh]", board.get("refresh", "")):
        yield "is refreshed more often than each minute"
    variables = {entry["name"]: entry for entry in board["templating"]["list"]}
    if variables.get("datasource", {}).get("type") != "datasource" or variables["datasource"].get("query") != TYPE:
        yield "has no variable for its data source"
    ids = [panel["id"] for panel in board["panels"]]
    if len(set(ids)) != len(ids):
        yield "has a panel id twice"
    titles = [panel["title"] for panel in board["panels"]]
    if len(set(titles)) != len(titles):
        yield "has a title twice"
    yield from check_layout(board["panels"])
    for panel in board["panels"]:
        for problem in check_panel(panel, uids):
            yield f"{panel['title']}: {problem}"
    for entry in board["templating"]["list"]:
        if entry["type"] == "query":
            for problem in check_query(entry["query"]):
                yield f"variable {entry['name']}: {problem}"


def queries(board):
    for entry in board["templating"]["list"]:
        if entry["type"] == "query":
            yield "variable " + entry["name"], expand(entry["query"]), []
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            needed = [column for column, _ in named(panel)] + ["time"] * (panel["type"] == "timeseries")
            yield panel["title"], expand(target["rawSql"]), needed


def main():
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.json"))
    boards = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in files}
    if "--sql" in sys.argv:
        for name, board in boards.items():
            for title, sql, needed in queries(board):
                print(f"\\echo @panel {name} {title}\n\\echo @needs {' '.join(needed)}\n{sql} \\gdesc\n\\echo @rows\n{sql};")
        return 0
    uids = [board.get("uid", "") for board in boards.values()]
    problems = [] if boards else ["there are no dashboards"]
    if len(set(uids)) != len(uids):
        problems.append("two dashboards have one uid")
    problems += [f"{name}: {problem}" for name, board in boards.items() for problem in check_board(board, uids)]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
