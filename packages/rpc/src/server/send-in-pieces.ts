import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerHttp2Stream } from 'node:http2';
import { ANSWER_PIECE_BYTES } from '../limits.ts';
import { SERVER_STREAM_CREATED, type ServerStreamCreated } from './server-streams.ts';

/** Asked with each piece of a long answer: the next waits until its promise is kept; without one, what is left goes at once. */
export type RestOfPieces = () => Promise<void> | undefined;

type WriteCallback = (error?: Error | null) => void;
type Write = (bytes: Uint8Array, done: WriteCallback) => boolean;

/**
 * Long answers of the gRPC server on `port` to calls of these paths (`/package.Service/Method`) go to the wire in pieces of ANSWER_PIECE_BYTES, with the rest of their method in
 * between: sending half a megabyte takes a thread 2 ms, and as long all others wait. The library writes a message in one piece, so its stream is given another `write`.
 * Returns what ends it.
 */
export function sendInPieces(port: number, rests: ReadonlyMap<string, RestOfPieces>): () => void {
  if (rests.size === 0) return () => undefined;
  const onStream = (message: unknown): void => {
    const { stream, headers } = message as ServerStreamCreated;
    const rest = rests.get(headers?.[':path'] ?? '');
    if (rest === undefined || stream?.session?.socket.localPort !== port) return;
    const write: Write = stream.write.bind(stream);
    stream.write = ((bytes: Uint8Array, done: WriteCallback) => {
      if (bytes.length <= ANSWER_PIECE_BYTES) return write(bytes, done);
      const sent = writePieces({ bytes, write, rest }).then(() => free(bytes));
      void sent.then(() => done(), done);
      return true;
    }) as ServerHttp2Stream['write'];
  };
  subscribe(SERVER_STREAM_CREATED, onStream);
  return () => {
    unsubscribe(SERVER_STREAM_CREATED, onStream);
  };
}

interface Pieces {
  readonly bytes: Uint8Array;
  readonly write: Write;
  readonly rest: RestOfPieces;
}

async function writePieces({ bytes, write, rest }: Pieces): Promise<void> {
  const send = (start: number, end?: number): Promise<void> =>
    new Promise((resolve, reject) => {
      write(bytes.subarray(start, end), (error) => (error ? reject(error) : resolve()));
    });
  let at = 0;
  while (bytes.length - at > ANSWER_PIECE_BYTES) {
    const resting = rest();
    if (resting === undefined) break;
    await send(at, at + ANSWER_PIECE_BYTES);
    at += ANSWER_PIECE_BYTES;
    await resting;
  }
  await send(at);
}

/** What is left to the collector has it look through the whole heap before long. Only after all went well is nobody below at work on it. */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
