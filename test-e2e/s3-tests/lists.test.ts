/** The lists by themselves; whether the suite has their ids is what `check-lists.ts` asks a clone of it. */
import { readFileSync } from 'node:fs';
import { readList } from './read-list.ts';

const passing = readList('passing');
const excluded = readList('excluded');

test('an id stands in one list, once', () => {
  const all = [...passing, ...excluded];
  expect(all.length).toBeGreaterThan(900);
  expect(all.filter((id, at) => all.indexOf(id) !== at)).toEqual([]);
  expect(all.filter((id) => !/^s3tests\/functional\/test_\w+\.py::test_\w+$/.test(id))).toEqual([]);
});

test('what is left out has its reason', () => {
  const lines = readFileSync(new URL('./excluded.txt', import.meta.url), 'utf8').split('\n');
  const unexplained = lines.filter((line) => line !== '' && !/^#|^\S+ {2}# \S.{10,}$/.test(line));
  expect(unexplained).toEqual([]);
});
