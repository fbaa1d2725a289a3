/* What an instrumented source is compiled with; see README.md here. No header is included: the source
 * that follows may begin with a _GNU_SOURCE. */
#ifndef MUTANT_H
#define MUTANT_H

/* A word of a table, by its mutant's number; -1 ends a list of them. */
typedef struct {
	int number;
	char *text; /* of the whole literal */
	unsigned start, length;
} MutantWord;

typedef struct MutantSource {
	const char *name; /* "arf.c" */
	int *chosen;      /* the mutant that lives, or -1 */
	unsigned count;
	const unsigned char *reached; /* by number: its condition was asked */
	const MutantWord *words;
	struct MutantSource *next;
} MutantSource;

/* Each source calls this before main(). $MUTANT ("arf.c:12") names the mutant that lives. The sources and
 * numbers reached are appended to the file that $MUTANTS_REACHED names, at exit. */
void mutant_register(MutantSource *source);

#endif
