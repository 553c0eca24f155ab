import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { SessionMethod } from './session-method.ts';

/** A call of a session that is not settled yet, wherever it waits. */
export interface PendingCall {
  readonly methodId: number;
  readonly methodName: string;
  /** Clock of `performance.now()`. */
  readonly deadlineAtMs: number;
  settled: boolean;
  readonly encode: (writer: ByteWriter) => void;
  readonly succeed: (reader: ByteReader) => void;
  readonly fail: (error: unknown) => void;
}

/** Makes the promise of a call and the record that settles it. */
export const createPendingCall = <Req, Res>(
  method: SessionMethod<Req, Res>,
  request: Req,
  deadlineAtMs: number,
): { readonly pending: PendingCall; readonly promise: Promise<Res> } => {
  const { promise, resolve, reject } = Promise.withResolvers<Res>();
  const pending: PendingCall = {
    methodId: method.id,
    methodName: method.name,
    deadlineAtMs,
    settled: false,
    encode: (writer) => method.encodeRequest(request, writer),
    succeed: (reader) => {
      pending.settled = true;
      try {
        resolve(method.decodeResponse(reader));
      } catch (error) {
        reject(error);
      }
    },
    fail: (error) => {
      pending.settled = true;
      reject(error);
    },
  };
  return { pending, promise };
};
