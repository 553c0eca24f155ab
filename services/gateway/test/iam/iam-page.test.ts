/** Keeps the table of docs/reference/iam-and-sts.md true: every action, and whether it is served. */
import { readFileSync } from 'node:fs';
import { IAM_SERVICE } from '../../src/http/query-api/iam/iam-service.ts';
import { STS_SERVICE } from '../../src/http/query-api/sts/sts-service.ts';

test('the page lists every action with its status', () => {
  const page = readFileSync(new URL('../../../../docs/reference/iam-and-sts.md', import.meta.url), 'utf8');
  const shown = [...page.matchAll(/^\| (iam|sts) \| (\w+) \| (served|501) \|$/gm)].map(([row]) => row);
  const expected = [IAM_SERVICE, STS_SERVICE].flatMap(({ name, actions, unserved }) => [
    ...[...actions.keys()].sort().map((action) => `| ${name} | ${action} | served |`),
    ...[...unserved].sort().map((action) => `| ${name} | ${action} | 501 |`),
  ]);
  expect(shown).toEqual(expected);
  expect(new Set(expected).size).toBe(expected.length);
});
