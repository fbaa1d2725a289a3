#!/usr/bin/python3
"""instrument.py SOURCE.c OUT.c OUT.list: copy a source so that each of its conditions and words can
be disabled at run time, and list what can be: number, line, what, text between tabs. README.md here
says what becomes a mutant; mutant.h what the copy is compiled with."""
import os
import re
import sys

# What may contain brackets and operators that are none.
OPAQUE = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|^\#(?:\\\n|[^\n])*""", re.S | re.M)
# Where a condition begins: the test of an if, what is returned, what is assigned.
CONDITION = re.compile(r"\b(if) \(|\breturn |(?<![=!<>+\-*/|&^])= ")
TABLE = re.compile(r"=\s*\{")
LITERAL = re.compile(r'"s*"(?:\s*"s*")*')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]+)|([0-7]{1,3})|(.))", re.S)

COPY = """#include "mutant.h"
static unsigned char mutants_reached[{count} + 1];
static int mutant_chosen = -1;
static inline int MUTANT(int number)
{{
	mutants_reached[number] = 1;
	return __builtin_expect(mutant_chosen == number, 0);
}}
{literals}
#line 1 "{path}"
{text}
static const MutantWord mutant_words[] = {{{words}{{-1, 0, 0, 0}}}};
static MutantSource mutant_source = {{"{name}", &mutant_chosen, {count}, mutants_reached, mutant_words, 0}};
__attribute__((constructor)) static void mutant_source_register(void)
{{
	mutant_register(&mutant_source);
}}
"""


def unescape(match):
    """The bytes of an escape of C."""
    short, full, hexadecimal, octal, other = match.groups()
    if short or full:
        return chr(int(short or full, 16)).encode()
    if hexadecimal or octal:
        return bytes([int(hexadecimal, 16) if hexadecimal else int(octal, 8)])
    return {b"n": b"\n", b"t": b"\t", b"r": b"\r"}.get(other, other)


def mask(text):
    """The text, as long and with the same lines, but without what is opaque."""
    def blank(match):
        found = match.group()
        if found[0] in "\"'":
            return found[0] + "s" * (len(found) - 2) + found[0]
        return re.sub(r"[^\n]", " ", found)
    return OPAQUE.sub(blank, text)


def outside_brackets(plain, start, end):
    """Each (index, character) of the range that stands in no bracket; a closing one too many ends it."""
    depth = 0
    for i in range(start, end):
        if plain[i] in "([{":
            depth += 1
        elif plain[i] in ")]}":
            depth -= 1
            if depth < 0:
                yield i, plain[i]
                return
        elif depth == 0:
            yield i, plain[i]


def closing(plain, start):
    """Where the bracket at start is closed."""
    return next(i for i, c in outside_brackets(plain, start + 1, len(plain)) if c in ")]}")


def split(plain, start, end, joint):
    """The ranges between the joints, which are operators of two characters."""
    parts = []
    for i, _ in outside_brackets(plain, start, end):
        if plain.startswith(joint, i) and i >= start:
            parts.append((start, i))
            start = i + 2
    return parts + [(start, end)]


class Source:
    def __init__(self, text):
        self.text, self.plain = text, mask(text)
        self.mutants = []   # (line, what, text), by number
        self.literals = []  # (number of its first word, C spelling)
        self.words = []     # (number, first word of its literal, start, length)
        self.edits = []     # (start, end, what stands there instead)
        self.find_words()
        self.find_conditions()

    def line(self, at):
        return self.text.count("\n", 0, at) + 1

    def add(self, line, what, text):
        self.mutants.append((line, what, text))
        return len(self.mutants) - 1

    def add_condition(self, what, start, end):
        return self.add(self.line(start), what, " ".join(self.text[start:end].split()))

    def find_words(self):
        for table in TABLE.finditer(self.plain):
            start = table.end() - 1
            for found in LITERAL.finditer(self.plain, start, closing(self.plain, start)):
                # [SOMETHING] = "its name" is written, not looked for.
                if not re.search(r"\]\s*=\s*$", self.plain[start:found.start()]):
                    self.add_literal(found.start(), found.end())

    def add_literal(self, start, end):
        spelling = self.text[start:end]
        value = b"".join(ESCAPE.sub(unescape, piece.encode()) for piece in STRING.findall(spelling))
        if not value or b"\0" in value:
            return
        first, at = len(self.mutants), 0
        for word in value.split(b"|"):
            if word:
                shown = re.sub(r"[\0-\x1f\x7f]", lambda c: f"\\x{ord(c[0]):02x}", word.decode("utf-8", "replace"))
                self.words.append((self.add(self.line(start), "word", shown), first, at, len(word)))
            at += len(word) + 1
        if len(self.mutants) > first:
            self.literals.append((first, spelling))
            self.edits.append((start, end, f"mutant_literal_{first}"))

    def find_conditions(self):
        done = 0
        for found in CONDITION.finditer(self.plain):
            if found.start() < done:
                continue
            if found.group(1):
                start, end = found.end(), closing(self.plain, found.end() - 1)
                number = self.add_condition("if-never", start, end)
                self.edits.append((start, end, f"!MUTANT({number}) && ({self.operands(start, end)})"))
                done = end
                continue
            start, end = found.end(), self.statement_end(found.end())
            if end and any(len(split(self.plain, start, end, joint)) > 1 for joint in ("||", "&&")):
                text = self.operands(start, end)
                if text != self.text[start:end]:
                    self.edits.append((start, end, text))
                    done = end

    def statement_end(self, start):
        """The semicolon of a statement; None in a list of initialisers or arguments."""
        for i, c in outside_brackets(self.plain, start, len(self.plain)):
            if c in ";,)]}":
                return i if c == ";" else None
        return None

    def operands(self, start, end):
        """The expression, in which each operand of || and && can be disabled, also in its brackets."""
        if any(c == "?" for _, c in outside_brackets(self.plain, start, end)):
            return self.text[start:end]
        for joint, what, form in (("||", "false", "(!MUTANT({}) && ({}))"), ("&&", "true", "(MUTANT({}) || ({}))")):
            parts = split(self.plain, start, end, joint)
            if len(parts) > 1:
                return f" {joint} ".join(
                    form.format(self.add_condition(what, *part), self.operands(*part)) for part in parts)
        bare = self.plain[start:end].strip()
        opening = start + self.plain[start:end].index(bare) + bare.startswith("!")
        last = start + len(self.plain[start:end].rstrip()) - 1
        if self.plain[opening] == "(" and closing(self.plain, opening) == last:
            return self.text[start:opening + 1] + self.operands(opening + 1, last) + self.text[last:end]
        return self.text[start:end]

    def copy(self, path):
        parts, at = [], 0
        for start, end, instead in sorted(self.edits):
            if start < at:
                sys.exit(f"{path}:{self.line(start)}: a word in a condition")
            parts += [self.text[at:start], instead]
            at = end
        return COPY.format(
            name=os.path.basename(path), path=path, count=len(self.mutants), text="".join(parts) + self.text[at:],
            literals="\n".join(f"static char mutant_literal_{first}[] = {text};" for first, text in self.literals),
            words="".join("{%d, mutant_literal_%d, %d, %d}, " % word for word in self.words))


def main(path, copy, listed):
    with open(path, encoding="utf-8") as file:
        source = Source(file.read())
    with open(copy, "w", encoding="utf-8") as file:
        file.write(source.copy(path))
    with open(listed, "w", encoding="utf-8") as file:
        for number, (line, what, text) in enumerate(source.mutants):
            file.write(f"{number}\t{line}\t{what}\t{text}\n")


main(*sys.argv[1:])
