/** SQL over the bytes of one object (select.md). The request is the XML document as a plain object, values still text. */
import type { ReadableObject } from './object-reader.ts';

export interface SelectRequest {
  readonly object: ReadableObject;
  readonly expression: string;
  readonly expressionType: string;
  /** The document's element names as keys: `{ CompressionType?, CSV?: {...}, JSON?: {...}, Parquet?: {} }`. */
  readonly inputSerialization: SelectDocument;
  readonly outputSerialization: SelectDocument;
  readonly requestProgressEnabled: boolean;
  readonly scanRange?: { readonly Start?: string; readonly End?: string };
  /** For fair sharing of workers. */
  readonly principalId: string;
}

export interface SelectDocument {
  readonly [element: string]: string | SelectDocument;
}

/** A refusal before the first frame; becomes a plain S3 error answer. Later failures are error frames in the stream. */
export class SelectError extends Error {
  override readonly name = 'SelectError';
  /** An S3 Select error code, such as `ParseUnexpectedToken`. */
  readonly code: string;
  readonly httpStatus: number;

  constructor(code: string, message: string, httpStatus = 400) {
    super(message);
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

export interface SelectPort {
  /**
   * Event-stream frames, encoded. Iteration rejects with SelectError only before the first frame. Stops within one chunk when the
   * consumer stops or `signal` aborts.
   */
  select(request: SelectRequest, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
