/** Links between the pages lead somewhere, also those to a heading. */
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, readDocument } from './support/documents.ts';

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
