/** Links between the pages lead somewhere, also those to a heading; addresses in commands are of ports that the store has by default. */
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, readDocument, shellCommands, tableBelow } from './support/documents.ts';

const PAGES = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'services/*/*.md', 'test-e2e/*.md'], { cwd: ROOT });

/** As GitHub makes them: lower case, spaces to dashes, other signs gone. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function isDead(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from : join(dirname(from), file);
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsOf(readDocument(target)).includes(anchor);
}

test('no link between pages is dead', () => {
  expect(PAGES.length).toBeGreaterThan(30);
  const dead = PAGES.flatMap((page) =>
    [...readDocument(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => !/^[a-z]+:/.test(link) && isDead(page, link))
      .map((link) => `${page}: ${link}`),
  );
  expect(dead).toEqual([]);
});

test('commands name ports that services have by default, or the one next to it for a second server', () => {
  const rows = tableBelow(readDocument('docs/reference/ports-and-flags.md'), '# Ports and flags');
  const ports = rows.flatMap(([, http = '', grpc = '']) => [http, grpc].filter((port) => /^\d+$/.test(port)));
  expect(ports).toEqual(expect.arrayContaining(['9000', '8080', '18080']));
  const known = new Set(ports.flatMap((port) => [port, `${Number(port) + 1}`]));
  const strange = PAGES.flatMap((page) =>
    shellCommands(readDocument(page))
      .flat()
      .flatMap((word) => [...word.matchAll(/(?:127\.0\.0\.1|localhost):(\d+)/g)])
      .filter((match) => !known.has(match[1] ?? ''))
      .map((match) => `${page}: ${match[0]}`),
  );
  expect(strange).toEqual([]);
});
