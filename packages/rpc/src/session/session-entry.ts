import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** Kinds of entries in a session frame; see session.proto. */
export const REQUEST = 0;
export const CANCEL = 1;
export const ANSWER = 2;
export const FAILURE = 3;
/** The server is leaving: what is under way will be answered, anything new belongs on another session. */
export const LEAVING = 4;

const HEAD_LENGTH_OFFSET = 8;
export const ENTRY_HEAD_BYTES = 12;

/** Appends an entry whose body `writeBody` appends; when it throws nothing is left behind. */
export const writeEntry = (
  writer: ByteWriter,
  id: number,
  kind: number,
  methodId: number,
  writeBody?: (writer: ByteWriter) => void,
): void => {
  const at = writer.sizeBytes;
  try {
    writer.u48(id);
    writer.u8(kind);
    writer.u8(methodId);
    writer.u32(0);
    if (writeBody === undefined) return;
    writeBody(writer);
    writer.patchU32(at + HEAD_LENGTH_OFFSET, writer.sizeBytes - at - ENTRY_HEAD_BYTES);
  } catch (error) {
    writer.truncate(at);
    throw error;
  }
};

export interface EntryVisitor {
  visit(id: number, kind: number, methodId: number, body: ByteReader): void;
}

/** Walks the entries of a frame. Throws RpcError `data-loss` when they do not fill it exactly. */
export const readEntries = (reader: ByteReader, visitor: EntryVisitor): void => {
  while (reader.remainingBytes > 0) {
    const id = reader.u48();
    const kind = reader.u8();
    const methodId = reader.u8();
    visitor.visit(id, kind, methodId, reader.slice(reader.u32()));
  }
};
