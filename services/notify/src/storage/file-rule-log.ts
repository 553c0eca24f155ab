/**
 * Rule changes as lines of one file: `{"seq":"<decimal>","bucket":…,"configuration":"<base64>"|null}`.
 *
 * - A line counts when it ends in a newline; a torn last line is cut off at opening, and its row comes again from the outbox.
 * - `append` resolves after fsync; `replace` writes another file and renames it.
 */
import { type FileHandle, mkdir, open, readFile, rename, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RuleLog, RuleRow } from '../core/ports.ts';
import { systemCodeOf } from '../core/system-code.ts';
import { syncDirectory } from './entry-directory.ts';

/** @param directory data directory of the service; made if absent. */
export function createFileRuleLog(directory: string): RuleLog {
  const path = join(directory, 'rules.log');
  let file: FileHandle | undefined;

  const openToAppend = async (): Promise<FileHandle> => {
    file ??= await open(path, 'a', 0o600);
    return file;
  };

  return {
    load: async () => {
      await mkdir(directory, { recursive: true });
      const text = await readIfThere(path);
      if (text === undefined) return { rows: [], isNew: true };
      const end = text.lastIndexOf('\n') + 1;
      if (end < text.length) await truncate(path, Buffer.byteLength(text.slice(0, end)));
      return { rows: parseRows(text.slice(0, end), path), isNew: false };
    },
    append: async (row) => {
      const handle = await openToAppend();
      await handle.write(formatRow(row));
      await handle.sync();
    },
    replace: async (rows) => {
      await file?.close();
      file = undefined;
      const temporary = `${path}.tmp`;
      const handle = await open(temporary, 'w', 0o600);
      await handle.writeFile(rows.map(formatRow).join(''));
      await handle.sync();
      await handle.close();
      await rename(temporary, path);
      await syncDirectory(dirname(path));
    },
    close: async () => {
      await file?.close();
      file = undefined;
    },
  };
}

function formatRow({ seq, bucket, configuration }: RuleRow): string {
  const encoded = configuration === undefined ? null : Buffer.from(configuration).toString('base64');
  return `${JSON.stringify({ seq: seq.toString(), bucket, configuration: encoded })}\n`;
}

/** @throws SyntaxError that names file and line */
function parseRows(text: string, path: string): RuleRow[] {
  const rows: RuleRow[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const row = parseRow(line);
    if (row === undefined) {
      const repair = 'restore the file from a backup, or remove it to go on with the rules that are in force now';
      throw new SyntaxError(`line ${index + 1} of ${path} is no row of the rule log: ${repair}`);
    }
    rows.push(row);
  }
  return rows;
}

function parseRow(line: string): RuleRow | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof row !== 'object' || row === null || !('seq' in row) || !('bucket' in row) || !('configuration' in row)) {
    return undefined;
  }
  const { seq, bucket, configuration } = row;
  if (typeof seq !== 'string' || !/^\d+$/.test(seq) || typeof bucket !== 'string') return undefined;
  return {
    seq: BigInt(seq),
    bucket,
    configuration: typeof configuration === 'string' ? Buffer.from(configuration, 'base64') : undefined,
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
