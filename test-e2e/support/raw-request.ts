import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Head and body as they came. */
  readonly text: string;
  /** The content of `<Code>`, empty without one. */
  readonly code: string;
}

const TIMEOUT_MS = 60_000;

/** Writes a head from its parts. */
export function writeHead(method: string, target: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/**
 * Sends bytes as they are and reads until the server closes the connection or its answer is whole. `endAfterSend` half-closes the
 * connection, as a client that dies does.
 */
export function sendRaw(url: string, pieces: readonly (string | Buffer)[], endAfterSend = false): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const arrived: Buffer[] = [];
    const settle = (): void => {
      socket.destroy();
      resolve(parseAnswer(Buffer.concat(arrived).toString('latin1')));
    };
    socket.setTimeout(TIMEOUT_MS, () => {
      socket.destroy();
      reject(new Error(`no whole answer within ${TIMEOUT_MS} ms; so far: ${Buffer.concat(arrived).toString()}`));
    });
    socket.on('connect', () => {
      for (const piece of pieces) socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
      if (endAfterSend) socket.end();
    });
    socket.on('data', (bytes: Buffer) => {
      arrived.push(bytes);
      if (isWhole(Buffer.concat(arrived).toString('latin1'))) settle();
    });
    socket.on('end', settle);
    // A server that refuses an upload may reset the connection after its answer.
    socket.on('error', (error) => (arrived.length > 0 ? settle() : reject(error)));
  });
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = text.slice(0, end);
  if (/^HTTP\/1\.1 (1\d\d|204|304)/.test(head)) return true;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return text.length - end - 4 >= Number(length);
  return text.endsWith('\r\n0\r\n\r\n');
}

function parseAnswer(text: string): RawAnswer {
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0),
    text,
    code: /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? '',
  };
}
