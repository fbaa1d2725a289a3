#include "mutant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* A mutant may loop for ever, and take memory all the while. The time is the processor's: a machine with
 * other things to do must not make a survivor look dead. */
enum { MUTANT_SECONDS = 10, MUTANT_BYTES = 1 << 30 };

static MutantSource *sources;

static void limit(int resource, rlim_t most)
{
	setrlimit(resource, &(struct rlimit){most, most});
}

static void choose(MutantSource *source, int number)
{
	limit(RLIMIT_CPU, MUTANT_SECONDS);
#ifndef __SANITIZE_ADDRESS__ /* it reserves far more than it takes */
	limit(RLIMIT_AS, MUTANT_BYTES);
#endif
	limit(RLIMIT_CORE, 0);
	*source->chosen = number;
	for (const MutantWord *word = source->words; word->number >= 0; word++)
		if (word->number == number)
			memset(word->text + word->start, 1, word->length); /* no mail says this */
}

void mutant_register(MutantSource *source)
{
	source->next = sources;
	sources = source;
	const char *wanted = getenv("MUTANT");
	size_t length = strlen(source->name);
	if (wanted && !strncmp(wanted, source->name, length) && wanted[length] == ':')
		choose(source, atoi(wanted + length + 1));
}

__attribute__((destructor)) static void write_reached(void)
{
	const char *path = getenv("MUTANTS_REACHED");
	FILE *file = path ? fopen(path, "a") : NULL;
	if (!file)
		return;
	for (const MutantSource *source = sources; source; source = source->next)
		for (unsigned i = 0; i < source->count; i++)
			if (source->reached[i])
				fprintf(file, "%s:%u\n", source->name, i);
	fclose(file);
}
