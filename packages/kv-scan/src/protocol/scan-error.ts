/**
 * What can go wrong with a scan. The numbers on the wire are those of Apache Fluss; the codes without a number are seen by the client
 * alone.
 */

interface ScanErrorKind {
  /** On the wire; undefined for what the client finds by itself. */
  readonly number?: number;
  /** Whether the open may be sent again as it is. A continuation never is: its number in the sequence cannot be taken back. */
  readonly isOpenRetriable: boolean;
  /** For who answers it over HTTP. */
  readonly httpStatus: number;
}

const KINDS = {
  /** The store failed while rows were read; the scanner is gone. */
  'storage-failed': { number: 11, isOpenRetriable: true, httpStatus: 503 },
  /** This server does not serve the bucket, or no longer: it is stopping, or its database cannot be reached. */
  'not-leader': { number: 12, isOpenRetriable: true, httpStatus: 503 },
  /** Idle for too long, or held for too long, or the server let go of it. `resumeToken` goes on from there in token mode. */
  'scanner-expired': { number: 66, isOpenRetriable: true, httpStatus: 410 },
  /** There never was such an id, it is forgotten, it is another server's or another caller's. */
  'unknown-scanner-id': { number: 67, isOpenRetriable: false, httpStatus: 404 },
  /** Shape, sequence, table, bucket, size or token of the request. */
  'invalid-scan-request': { number: 68, isOpenRetriable: false, httpStatus: 400 },
  /** A cap is reached; the message names it and its setting. */
  'too-many-scanners': { number: 69, isOpenRetriable: true, httpStatus: 429 },
  /** The connection failed or the server is overloaded. */
  unavailable: { isOpenRetriable: true, httpStatus: 503 },
  /** No answer within the time of a call. */
  'timed-out': { isOpenRetriable: true, httpStatus: 503 },
  /** The server does not know the call. */
  'unsupported-version': { isOpenRetriable: false, httpStatus: 501 },
  /** The caller is not known, or may not scan. */
  'not-authorized': { isOpenRetriable: false, httpStatus: 403 },
  /** The server broke the protocol, or has a fault. */
  'broken-answer': { isOpenRetriable: false, httpStatus: 502 },
} as const satisfies Record<string, ScanErrorKind>;

export type ScanErrorCode = keyof typeof KINDS;

/** Codes that a server answers. */
export type ServerScanErrorCode = {
  [K in ScanErrorCode]: (typeof KINDS)[K] extends { readonly number: number } ? K : never;
}[ScanErrorCode];

export const SCAN_ERROR_CODES = Object.keys(KINDS) as readonly ScanErrorCode[];

/** A scan that failed. */
export class ScanError extends Error {
  override readonly name = 'ScanError';
  readonly code: ScanErrorCode;
  /** With `scanner-expired`: where the scan can go on in token mode. */
  readonly resumeToken: Uint8Array | undefined;

  constructor(
    code: ScanErrorCode,
    message: string,
    options: ErrorOptions & { readonly resumeToken?: Uint8Array } = {},
  ) {
    super(message, options);
    this.code = code;
    this.resumeToken = options.resumeToken;
  }
}

const CODE_OF_NUMBER = new Map<number, ScanErrorCode>(
  SCAN_ERROR_CODES.flatMap((code) => {
    const kind: ScanErrorKind = KINDS[code];
    return kind.number === undefined ? [] : [[kind.number, code]];
  }),
);

/** The number on the wire. */
export const scanErrorNumber = (code: ServerScanErrorCode): number => KINDS[code].number;

/** Undefined for a number that this version does not know. */
export const scanErrorOfNumber = (number: number): ScanErrorCode | undefined => CODE_OF_NUMBER.get(number);

export const isOpenRetriable = (code: ScanErrorCode): boolean => KINDS[code].isOpenRetriable;

/** Busy is the one request that is invalid only now. */
export const scanErrorHttpStatus = (code: ScanErrorCode, isBusy = false): number =>
  code === 'invalid-scan-request' && isBusy ? 409 : KINDS[code].httpStatus;

export const isServerScanErrorCode = (code: ScanErrorCode): code is ServerScanErrorCode => 'number' in KINDS[code];
