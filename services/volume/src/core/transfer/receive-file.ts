import { VolumeError } from '@needlestack/service-contracts';
import type { IncomingFile } from './transfer-ports.ts';

/**
 * Takes all parts into a file that is kept only when it is whole. Resolves with the number of its bytes.
 * @param expectedBytes what the sender has announced; 0 when it has not
 * @param modifiedAtMs the time that the file is given; now when absent
 * @throws VolumeError `invalid-argument` when fewer bytes came than announced, `no-space`, `io-error`
 */
export async function receiveFile(
  file: IncomingFile,
  parts: AsyncIterable<Uint8Array>,
  expectedBytes: number,
  modifiedAtMs?: number,
): Promise<number> {
  let receivedBytes = 0;
  try {
    for await (const part of parts) {
      await file.write(part);
      receivedBytes += part.length;
    }
    if (receivedBytes < expectedBytes) {
      throw new VolumeError('invalid-argument', `the file ended after ${receivedBytes} of ${expectedBytes} bytes`);
    }
  } catch (error) {
    await file.discard();
    throw error;
  }
  await file.keep(modifiedAtMs);
  return receivedBytes;
}
