-- What somebody may have meant, row by row; and that a file full of mistakes is answered soon.
begin;
\ir lib/fixture.psql
create table t.row (typed text, words text[], meant text, why text);
insert into t.row values
    ('actve', '{active,suspended,deleted}', 'active', 'a letter is missing'),
    ('supsended', '{active,suspended,deleted}', 'suspended', 'two are swapped'),
    ('Hosting', '{hosting,dns}', 'hosting', 'case does not matter'),
    ('gone', '{active,suspended,deleted}', null, 'none is near'),
    ('x', '{own,on-behalf}', null, 'three letters are not near to one'),
    ('', '{own}', null, 'nothing typed'),
    (null, '{own}', null, 'nothing at all'),
    ('own', '{}', null, 'nothing to choose from');
select plan(count(*)::int + 6) from t.row;
select is(desk.nearest(typed, words), meant, why) from t.row;
select is(desk.word_distance('kitten', 'sitting'), 3, 'changed and added');
select is(desk.word_distance('ab', 'ba'), 1, 'swapped');
select is(desk.word_distance('', 'abc'), 3, 'all added');
select is(desk.did_you_mean('Europe/Viena', array(select name from pg_catalog.pg_timezone_names order by 1)), '; did you mean "Europe/Vienna"?', 'a time zone of a thousand');
select is(desk.nearest_party('C11'), '; did you mean "C1"?', 'a party');

-- A hundred wrong zones compare with a few hundred words each, not with all.
select desk.import_begin('parties');
insert into import_stage (line, id, kind, parent, name, timezone) select n + 1, 'zone' || n, 'reseller', 'R', 'Zone', 'Europe/Viena' from generate_series(1, 300) n;
set local statement_timeout = '20s';
select is((select count(*) filter (where detail like '%did you mean "Europe/Vienna"?') || ' of ' || count(*) from desk.import_finish('parties')), '100 of 300', 'the first hundred are told what may have been meant, in time');
select * from finish();
rollback;
