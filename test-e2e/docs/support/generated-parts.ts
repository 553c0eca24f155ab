/** Parts of pages that are made from the program, between `<!-- generated: name -->` and `<!-- end -->`. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NEEDLESTACK_COMMAND } from '@needlestack/test-servers';
import type { SurfaceArea } from './s3-surface.ts';

const VERBS = [
  'server',
  'gateway',
  'master',
  'volume',
  'catalog',
  'notify',
  'select',
  'admin orphans',
  'copy',
] as const;
/** Verbs that do something and end. */
const TOOLS: ReadonlySet<string> = new Set(['copy']);

interface FlagRow {
  readonly name: string;
  readonly cells: string;
}

/** What stands between the marks. @throws Error when the page has no such part */
export function readPart(page: string, name: string): string {
  const part = new RegExp(`<!-- generated: ${name} -->\\n([\\s\\S]*?)<!-- end -->`).exec(page)?.[1];
  if (part === undefined) throw new Error(`the page has no generated part ${name}`);
  return part;
}

/** The page with another text between the marks. */
export function replacePart(page: string, name: string, text: string): string {
  const mark = `<!-- generated: ${name} -->\n`;
  return page.replace(mark + readPart(page, name), () => mark + text);
}

/**
 * A table for the flags that all verbs share, one for those that all services share, and one for the rest of each verb, made from
 * `needlestack <verb> -h`.
 */
export async function renderFlags(): Promise<string> {
  const tables = await Promise.all(VERBS.map(async (verb) => ({ verb, rows: readHelp(await askHelp(verb)) })));
  const services = tables.filter(({ verb }) => !TOOLS.has(verb));
  const ofAll = sharedRows(tables.map(({ rows }) => rows));
  const ofServices = withoutRows(sharedRows(services.map(({ rows }) => rows)), ofAll);
  const parts = [renderTable('### All verbs', ofAll), renderTable('### All services', ofServices)];
  for (const { verb, rows } of tables) {
    parts.push(renderTable(`### ${verb}`, withoutRows(rows, [...ofAll, ...ofServices])));
  }
  return parts.join('\n');
}

/** Rows that are the same in every table. */
function sharedRows(tables: readonly (readonly FlagRow[])[]): readonly FlagRow[] {
  const [first = []] = tables;
  return first.filter(({ cells }) => tables.every((rows) => rows.some((row) => row.cells === cells)));
}

function withoutRows(rows: readonly FlagRow[], left: readonly FlagRow[]): readonly FlagRow[] {
  return rows.filter(({ name }) => !left.some((row) => row.name === name));
}

/** The operations of the gateway by the action that they need. */
export function renderServedOperations(operations: Readonly<Record<string, string>>): string {
  const actions = [...new Set(Object.values(operations))].sort();
  const rows = actions.map((action) => {
    const names = Object.keys(operations).filter((name) => operations[name] === action);
    return `| \`${action}\` | ${names.join(', ')} |\n`;
  });
  return `| action | operations |\n|---|---|\n${rows.join('')}`;
}

/** The switches of `-s3.compat`. */
export function renderSwitches(switches: Readonly<Record<string, string>>): string {
  const rows = Object.entries(switches).map(([name, effect]) => `| \`${name}\` | ${effect.replaceAll('*', '\\*')} |\n`);
  return `| switch | what it gives |\n|---|---|\n${rows.join('')}`;
}

/** Every operation of S3 with what becomes of it here, by the gateway's own table, and the test that proves it. */
export function renderSurface(surface: readonly SurfaceArea[], operations: Readonly<Record<string, string>>): string {
  const tables = surface.map(({ title, rows }) => {
    const lines = rows.map(({ operation, request, proof, isStoredOnly }) => {
      const [file = '', words = ''] = proof.split(' › ');
      const status = isServed(operation, operations) ? (isStoredOnly ? 'kept' : 'served') : '501';
      return `| ${operation} | \`${request}\` | ${status} | [${words}](../../${file}) |\n`;
    });
    return `### ${title}\n\n| operation | request | | proven by |\n|---|---|---|---|\n${lines.join('')}`;
  });
  return tables.join('\n');
}

/** Preflights stand in no table: nobody needs a permission for them. */
export function isServed(operation: string, operations: Readonly<Record<string, string>>): boolean {
  return operation === 'Preflight' || Object.hasOwn(operations, operation);
}

function renderTable(title: string, rows: readonly FlagRow[]): string {
  return `${title}\n\n| flag | default | meaning | environment |\n|---|---|---|---|\n${rows.map(({ cells }) => cells).join('')}`;
}

async function askHelp(verb: string): Promise<string> {
  const { stdout } = await promisify(execFile)(NEEDLESTACK_COMMAND, [...verb.split(' '), '-h']);
  return stdout;
}

function readHelp(help: string): FlagRow[] {
  const found = [...help.matchAll(/^ {2}-(\S+?)(\[?=<.*>\]?)\n {8}(.*?)(?: \(default ([^()]*)\))? {2}\[(\w+)\]$/gm)];
  if (found.length !== (help.match(/^ {2}-/gm) ?? []).length) throw new Error(`cannot read all flags of\n${help}`);
  return found.map(([, name = '', value = '', meaning = '', defaultText = '', variable = '']) => {
    const shownDefault = defaultText === '' ? '' : `\`${defaultText}\``;
    const flag = `-${name}${value}`.replaceAll('|', '\\|');
    return { name, cells: `| \`${flag}\` | ${shownDefault} | ${meaning} | \`${variable}\` |\n` };
  });
}
