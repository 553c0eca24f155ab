import { VolumeError, type VolumeErrorCode } from '@needlestack/service-contracts';

/** A request that is refused with a status and the text its clients know. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The status of every error while reading. Bodies of failed reads are empty. */
export function readStatus(code: VolumeErrorCode): number {
  switch (code) {
    case 'volume-not-found':
    case 'needle-not-found':
    case 'cookie-mismatch':
      return 404;
    case 'overloaded':
      return 429;
    case 'shutting-down':
    case 'unreachable':
      return 503;
    case 'invalid-argument':
      return 400;
    case 'checksum-mismatch':
    case 'io-error':
    case 'no-space':
    case 'read-only':
    case 'replication-failed':
    case 'too-large':
      return 500;
  }
}

/** Whether it was this server's own copy that could not be written. */
export function isLocalWriteFailure({ code }: VolumeError): boolean {
  switch (code) {
    case 'no-space':
    case 'read-only':
    case 'io-error':
    case 'needle-not-found':
    case 'cookie-mismatch':
    case 'checksum-mismatch':
      return true;
    default:
      return false;
  }
}

/** Status and text of every error while writing or deleting. */
export function writeFailure(error: VolumeError): HttpError {
  switch (error.code) {
    case 'overloaded':
      return new HttpError(429, error.message, { 'Retry-After': '1' });
    case 'shutting-down':
      return new HttpError(503, error.message, { 'Retry-After': '1' });
    case 'invalid-argument':
    case 'too-large':
      return new HttpError(400, error.message);
    case 'replication-failed':
    case 'unreachable':
      return new HttpError(500, error.message);
    case 'volume-not-found':
      return new HttpError(404, error.message);
    case 'no-space':
    case 'read-only':
    case 'io-error':
    case 'needle-not-found':
    case 'cookie-mismatch':
    case 'checksum-mismatch':
      return new HttpError(500, `failed to write to local disk: ${error.message}`);
  }
}

export function asVolumeError(error: unknown): VolumeError | undefined {
  return error instanceof VolumeError ? error : undefined;
}
