import { VolumeError } from '@needlestack/service-contracts';
import { LIMITS } from '../limits.ts';
import type { SourceFile } from './transfer-ports.ts';

const EXTENSION = /^\.[0-9A-Za-z]+$/;

/** The extension becomes a part of a path: nothing but a dot with letters and digits. @throws VolumeError `invalid-argument` */
export function checkExtension(extension: string): void {
  if (EXTENSION.test(extension)) return;
  throw new VolumeError('invalid-argument', `invalid file extension ${JSON.stringify(extension)}`);
}

/** A part of a file on its way to another server; the time comes with the first part alone. */
export interface FilePart {
  readonly content: Buffer;
  readonly modifiedAtNs: bigint;
}

/**
 * The file up to a position, in parts; an empty part with the time when there are no bytes to send. Closes the file at the end.
 * @throws VolumeError `io-error`
 */
export async function* readFileParts(
  file: SourceFile,
  stopBytes: number,
  signal: AbortSignal,
): AsyncGenerator<FilePart> {
  try {
    const endBytes = Math.min(stopBytes, file.lengthBytes);
    if (endBytes === 0) yield { content: Buffer.alloc(0), modifiedAtNs: file.modifiedAtNs };
    for (let at = 0; at < endBytes; ) {
      signal.throwIfAborted();
      const content = await file.read(at, Math.min(LIMITS.streamPartBytes, endBytes - at));
      if (content.length === 0) return;
      yield { content, modifiedAtNs: at === 0 ? file.modifiedAtNs : 0n };
      at += content.length;
    }
  } finally {
    await file.close();
  }
}
