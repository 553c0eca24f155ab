/** The pages of docs/ as tests read them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The text of a page, by its path from the repository's root. */
export function readDocument(path: string): string {
  return readFileSync(`${ROOT}/${path}`, 'utf8');
}

/** The fenced blocks of a language, in order. */
export function codeBlocks(page: string, language: string): string[] {
  return [...page.matchAll(/^```(\S*)\n([\s\S]*?)^```/gm)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
}

/** The commands of all shell blocks, words split as a shell does; `\` joins lines, single and double quotes hold words together. */
export function shellCommands(page: string): string[][] {
  return codeBlocks(page, 'sh')
    .join('')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map(splitWords)
    .filter((words) => words.length > 0);
}

/** Rows of the first table below a line, cells without their backquotes; the head and its rule are left out. */
export function tableBelow(page: string, line: string): string[][] {
  const start = page.indexOf(`${line}\n`);
  if (start < 0) throw new Error(`the page has no line "${line}"`);
  const lines = page.slice(start).split('\n').slice(1);
  const first = lines.findIndex((one) => one.startsWith('|'));
  const rest = lines.slice(first);
  const end = rest.findIndex((one) => !one.startsWith('|'));
  return rest.slice(2, end < 0 ? undefined : end).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

function splitWords(line: string): string[] {
  if (line.startsWith('#')) return [];
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  );
}
