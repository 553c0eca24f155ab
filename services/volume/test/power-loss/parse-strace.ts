/** What a traced program did to files, as `strace -f -y -xx` tells it. */

export type DiskCall =
  | { readonly kind: 'create'; readonly path: string; readonly truncates: boolean }
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly at: number | undefined;
      readonly bytes: Buffer;
      readonly synced: boolean;
    }
  | { readonly kind: 'truncate'; readonly path: string; readonly length: number }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly path: string }
  /** A line on standard output. */
  | { readonly kind: 'say'; readonly line: string };

/** A call begins and, at once or later, ends; between the two its effect is unknown. */
export type TraceEvent =
  | { readonly moment: 'begin'; readonly id: number; readonly call: DiskCall }
  | { readonly moment: 'end'; readonly id: number };

const STDOUT_HANDLE = 1;

/** Reads a trace line by line. Failed calls, and what is no file below `root`, are left out. */
export function parseTrace(text: string, root: string): TraceEvent[] {
  const events: TraceEvent[] = [];
  const synced = new Map<number, boolean>();
  const unfinished = new Map<string, { readonly head: string; readonly id: number | undefined }>();
  let nextId = 0;
  const begin = (call: DiskCall | undefined): number | undefined => {
    if (call === undefined) return undefined;
    nextId += 1;
    events.push({ moment: 'begin', id: nextId, call });
    return nextId;
  };
  const end = (id: number | undefined): void => {
    if (id !== undefined) events.push({ moment: 'end', id });
  };
  for (const line of text.split('\n')) {
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const cut = /^(.*?) ?<unfinished \.\.\.>$/.exec(rest);
    if (cut !== null) {
      const head = cut[1] ?? '';
      // A call that creates says what it made only when it ends.
      const id = head.startsWith('openat(') ? undefined : begin(toCall(head, root, synced));
      unfinished.set(pid, { head, id });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest);
    const before = resumed === null ? undefined : unfinished.get(pid);
    unfinished.delete(pid);
    const whole = resumed === null ? rest : `${before?.head ?? ''}${resumed[1]}`;
    if (/ = -1 /.test(whole)) {
      end(before?.id);
      continue;
    }
    if (whole.startsWith('openat(')) noteHandle(whole, synced);
    end(before?.id ?? begin(toCall(whole, root, synced)));
  }
  return events;
}

/** Remembers whether writes to the handle that an open returned are synced by themselves. */
function noteHandle(text: string, synced: Map<number, boolean>): void {
  const handle = Number(/ = (\d+)</.exec(text)?.[1]);
  synced.set(handle, /O_D?SYNC/.test(text));
}

function toCall(text: string, root: string, synced: ReadonlyMap<number, boolean>): DiskCall | undefined {
  const name = /^\w+/.exec(text)?.[0] ?? '';
  switch (name) {
    case 'openat':
      return toCreate(text, root);
    case 'rename': {
      const [path = '', to = ''] = stringsOf(text);
      return path.startsWith(root) ? { kind: 'rename', path, to } : undefined;
    }
    case 'unlink': {
      const [path = ''] = stringsOf(text);
      return path.startsWith(root) ? { kind: 'unlink', path } : undefined;
    }
    default:
      return toHandleCall(name, text, root, synced);
  }
}

function toCreate(text: string, root: string): DiskCall | undefined {
  const [path = ''] = stringsOf(text);
  if (!path.startsWith(root) || !/O_CREAT|O_TRUNC/.test(text)) return undefined;
  return { kind: 'create', path, truncates: text.includes('O_TRUNC') };
}

function toHandleCall(
  name: string,
  text: string,
  root: string,
  synced: ReadonlyMap<number, boolean>,
): DiskCall | undefined {
  const [, handleText = '', pathText = ''] = /^\w+\((\d+)<([^>]*)>/.exec(text) ?? [];
  const handle = Number(handleText);
  const path = unescapeHex(pathText).toString();
  if (name === 'write' && handle === STDOUT_HANDLE) {
    return { kind: 'say', line: Buffer.concat(quotedBytes(text)).toString() };
  }
  if (!path.startsWith(root) || text.includes('>(deleted)')) return undefined;
  switch (name) {
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', path };
    case 'ftruncate':
      return { kind: 'truncate', path, length: Number(/, (\d+)/.exec(text)?.[1]) };
    case 'write':
    case 'writev':
      return {
        kind: 'write',
        path,
        at: undefined,
        bytes: Buffer.concat(quotedBytes(text)),
        synced: synced.get(handle) === true,
      };
    case 'pwrite64':
    case 'pwritev':
    case 'pwritev2': {
      const at =
        name === 'pwrite64' ? /, \d+, (\d+)(?:\)|$)/.exec(text)?.[1] : /\], \d+, (\d+)(?:,|\)|$)/.exec(text)?.[1];
      return {
        kind: 'write',
        path,
        at: Number(at),
        bytes: Buffer.concat(quotedBytes(text)),
        synced: synced.get(handle) === true,
      };
    }
    default:
      return undefined;
  }
}

function stringsOf(text: string): string[] {
  return quotedBytes(text).map((bytes) => bytes.toString());
}

function quotedBytes(text: string): Buffer[] {
  return [...text.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map((match) => unescapeHex(match[1] ?? ''));
}

function unescapeHex(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}
