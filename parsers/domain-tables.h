#pragma once

/* Names whose meaning is known beforehand; only domain*.c needs it. */

/* Builds the look-up tables. Called by domain_init(). */
void domain_tables_init(void);
