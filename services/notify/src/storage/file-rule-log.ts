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
      return { rows: text.slice(0, end).split('\n').filter(Boolean).map(parseRow), isNew: false };
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

function parseRow(line: string): RuleRow {
  const row: unknown = JSON.parse(line);
  if (typeof row !== 'object' || row === null || !('seq' in row) || !('bucket' in row) || !('configuration' in row)) {
    throw new SyntaxError(`the rule log holds a line that is no row: ${line.slice(0, 80)}`);
  }
  const { seq, bucket, configuration } = row;
  if (typeof seq !== 'string' || typeof bucket !== 'string')
    throw new SyntaxError('a row of the rule log has no place');
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
