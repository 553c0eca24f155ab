/** One answer of a server. The head is kept as text, because most callers need none of its fields. */
export interface Response {
  readonly status: number;
  readonly head: string;
  readonly bodyBytes: number;
  /** Present when the request asked to keep it. */
  readonly body: Buffer | undefined;
}

export type BodyRule = 'count' | 'keep' | 'none';

type Framing = 'length' | 'chunk-head' | 'chunk-data' | 'trailer';

const HEAD_END = Buffer.from('\r\n\r\n');
const NO_BYTES = Buffer.alloc(0);

/**
 * Reads answers off one connection, one at a time. It knows only as much of HTTP/1.1 as well-behaved servers send: Content-Length,
 * chunked, and answers without a body.
 */
export class ResponseReader {
  readonly #onResponse: (response: Response) => void;
  #rule: BodyRule = 'count';
  #head: string | undefined;
  #status = 0;
  #framing: Framing = 'length';
  #left = 0;
  #bodyBytes = 0;
  #kept: Buffer[] = [];
  /** Bytes of a head, chunk head or trailer that has not arrived whole. */
  #partial: Buffer = NO_BYTES;

  constructor(onResponse: (response: Response) => void) {
    this.#onResponse = onResponse;
  }

  /** Call before each request: `none` for HEAD, whose answers announce a body that does not come. */
  expect(rule: BodyRule): void {
    this.#rule = rule;
    this.#head = undefined;
    this.#bodyBytes = 0;
    this.#kept = [];
    this.#partial = NO_BYTES;
  }

  /** Takes the next bytes. They may be overwritten as soon as this returns. */
  take(arrived: Buffer): void {
    let bytes = this.#partial.length === 0 ? arrived : Buffer.concat([this.#partial, arrived]);
    this.#partial = NO_BYTES;
    if (this.#head === undefined) {
      const end = bytes.indexOf(HEAD_END);
      if (end < 0) {
        this.#partial = Buffer.from(bytes);
        return;
      }
      this.#readHead(bytes.toString('latin1', 0, end + 2));
      bytes = bytes.subarray(end + 4);
    }
    if (this.#framing === 'length') this.#takeBody(bytes);
    else this.#takeChunked(bytes);
    if (this.#framing === 'length' && this.#left === 0) this.#finish();
  }

  #readHead(head: string): void {
    this.#head = head;
    this.#status = Number(head.slice(9, 12));
    const hasBody = this.#rule !== 'none' && this.#status !== 204 && this.#status !== 304;
    this.#framing = 'length';
    this.#left = 0;
    if (!hasBody) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (length !== null) this.#left = Number(length[1]);
    else if (/\r\ntransfer-encoding: *chunked/i.test(head)) this.#framing = 'chunk-head';
  }

  #takeBody(bytes: Buffer): number {
    const taken = Math.min(bytes.length, this.#left);
    if (this.#rule === 'keep') this.#kept.push(Buffer.from(bytes.subarray(0, taken)));
    this.#left -= taken;
    this.#bodyBytes += taken;
    return taken;
  }

  #takeChunked(arrived: Buffer): void {
    let bytes = arrived;
    while (bytes.length > 0) {
      if (this.#framing === 'chunk-data' && this.#left > 0) {
        bytes = bytes.subarray(this.#takeBody(bytes));
        continue;
      }
      const end = bytes.indexOf('\r\n');
      if (end < 0) {
        this.#partial = Buffer.from(bytes);
        return;
      }
      const line = bytes.toString('latin1', 0, end);
      bytes = bytes.subarray(end + 2);
      if (this.#framing === 'trailer' && line === '') {
        this.#framing = 'length';
        this.#left = 0;
        return;
      }
      if (this.#framing === 'chunk-data') this.#framing = 'chunk-head';
      else if (this.#framing === 'chunk-head') {
        this.#left = Number.parseInt(line, 16);
        this.#framing = this.#left === 0 ? 'trailer' : 'chunk-data';
      }
    }
  }

  #finish(): void {
    this.#onResponse({
      status: this.#status,
      head: this.#head ?? '',
      bodyBytes: this.#bodyBytes,
      body: this.#rule === 'keep' ? Buffer.concat(this.#kept) : undefined,
    });
  }
}
