/**
 * What requests look like on the wire: how they are signed, what guards their bodies, how they name the bucket. It proves that a client
 * did use the ways that its test asked for.
 */

const HEAD_START = /^(?:GET|HEAD|PUT|POST|DELETE|OPTIONS) \S+ HTTP\/1\.1\r\n/;
/** As in `?versioning`: what is put is no object. */
const BARE_PARAMETER = /\?[A-Za-z-]+=?(?:&|$)/;
const HEAD_LIMIT_BYTES = 32 * 1024;

/** How a body is signed and framed, by `x-amz-content-sha256`; a hash means that the whole body is signed. */
const PAYLOADS: Readonly<Record<string, string>> = {
  'UNSIGNED-PAYLOAD': 'unsigned',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': 'unsigned chunks + trailer',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': 'signed chunks',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': 'signed chunks + trailer',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD': 'V4A-signed chunks',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER': 'V4A-signed chunks + trailer',
};

/** Each list sorted, nothing twice. */
export interface SeenWays {
  /** `path` and `virtual host`. */
  readonly addresses: readonly string[];
  /** `V4`, `V4A`, `V2`, each also as `… URL`; `none` for forms and strangers. */
  readonly signatures: readonly string[];
  /** Of bodies that are declared, as those of V4 are: `http: signed`, `https: unsigned chunks + trailer` and so on. */
  readonly payloads: readonly string[];
  /** Of objects and parts that are put: algorithms in headers or trailers, and `Content-MD5`. */
  readonly checksums: readonly string[];
}

export class RequestTap {
  #addresses = new Set<string>();
  #signatures = new Set<string>();
  #payloads = new Set<string>();
  #checksums = new Set<string>();
  readonly #domain: string;

  /** `domain` is the one below which buckets are host names. */
  constructor(domain: string) {
    this.#domain = domain;
  }

  /** What was seen since the last call. */
  take(): SeenWays {
    const ways = {
      addresses: [...this.#addresses].sort(),
      signatures: [...this.#signatures].sort(),
      payloads: [...this.#payloads].sort(),
      checksums: [...this.#checksums].sort(),
    };
    for (const seen of [this.#addresses, this.#signatures, this.#payloads, this.#checksums]) seen.clear();
    return ways;
  }

  /**
   * Two listeners for the bytes of one connection. Clients wait for an answer before they ask again, so a head can begin only with the
   * first bytes and with those that follow an answer.
   */
  watch(transport: 'http' | 'https'): { toServer(bytes: Buffer): void; toClient(): void } {
    let head: string | undefined = '';
    return {
      toServer: (bytes) => {
        if (head === undefined) return;
        head += bytes.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end >= 0 && HEAD_START.test(head)) this.#note(transport, head.slice(0, end));
        if (end >= 0 || head.length > HEAD_LIMIT_BYTES) head = undefined;
      },
      toClient: () => {
        head = '';
      },
    };
  }

  #note(transport: string, head: string): void {
    const [requestLine = '', ...lines] = head.split('\r\n');
    const [method = '', target = ''] = requestLine.split(' ');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const host = (headers.get('host') ?? '').split(':')[0] ?? '';
    const names = host.endsWith(`.${this.#domain}`) ? 'virtual host' : 'path';
    if (names === 'virtual host' || target.split('?')[0] !== '/') this.#addresses.add(names);
    this.#signatures.add(signatureOf(target, headers.get('authorization')));
    if (method !== 'PUT' && method !== 'POST') return;
    const hasBody = headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > 0;
    const declared = headers.get('x-amz-content-sha256');
    if (hasBody && declared !== undefined) this.#payloads.add(`${transport}: ${PAYLOADS[declared] ?? 'signed'}`);
    if (method === 'PUT' && !BARE_PARAMETER.test(target))
      for (const checksum of checksumsOf(headers)) this.#checksums.add(checksum);
  }
}

function signatureOf(target: string, authorization: string | undefined): string {
  if (authorization?.startsWith('AWS4-HMAC-SHA256')) return 'V4';
  if (authorization?.startsWith('AWS4-ECDSA-P256-SHA256')) return 'V4A';
  if (authorization?.startsWith('AWS ')) return 'V2';
  if (/[?&]X-Amz-Algorithm=AWS4-ECDSA/i.test(target)) return 'V4A URL';
  if (/[?&]X-Amz-Algorithm=/i.test(target)) return 'V4 URL';
  return /[?&]AWSAccessKeyId=/.test(target) ? 'V2 URL' : 'none';
}

function* checksumsOf(headers: ReadonlyMap<string, string>): Generator<string> {
  if (headers.has('content-md5')) yield 'Content-MD5';
  const trailers = (headers.get('x-amz-trailer') ?? '').split(',').map((name) => name.trim());
  for (const name of [...headers.keys(), ...trailers]) {
    const algorithm = /^x-amz-checksum-(?!algorithm$|type$|mode$)(\w+)$/.exec(name)?.[1];
    if (algorithm !== undefined) yield algorithm.toUpperCase();
  }
}
