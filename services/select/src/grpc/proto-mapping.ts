import type {
  Chunk as WireChunk,
  SelectDocument as WireDocument,
  SelectRequest as WireRequest,
} from '@needlestack/rpc/wire/needlestack-select';
import type { Chunk, SelectDocument, SelectRequest } from '@needlestack/service-contracts';
import { SelectFailure } from '../core/select-failure.ts';

/** Deeper than any document of the protocol. */
const DOCUMENT_DEPTH_MAX = 8;

const malformed = (what: string): SelectFailure =>
  new SelectFailure('InvalidRequestParameter', `the call has no ${what}`);

/** Throws SelectFailure when a part of the message is missing. */
export const toSelectRequest = (message: WireRequest): SelectRequest => {
  const { object, scan_range: range } = message;
  if (object === null || object === undefined) throw malformed('object');
  const { inline_data: inlineData } = object;
  return {
    object: {
      sizeBytes: Number(object.size_bytes),
      chunks: object.chunks.map(toChunk),
      ...(inlineData === undefined || inlineData === null ? {} : { inlineData }),
      ...(object.data_keys.length === 0 ? {} : { dataKeys: object.data_keys }),
    },
    expression: message.expression,
    expressionType: message.expression_type,
    inputSerialization: toDocument(message.input_serialization, 0),
    outputSerialization: toDocument(message.output_serialization, 0),
    requestProgressEnabled: message.request_progress_enabled,
    ...(range === undefined || range === null ? {} : { scanRange: toScanRange(range) }),
    principalId: message.principal_id,
  };
};

const toScanRange = (range: { start?: string; end?: string }): { Start?: string; End?: string } => ({
  ...(range.start === undefined ? {} : { Start: range.start }),
  ...(range.end === undefined ? {} : { End: range.end }),
});

const toChunk = (chunk: WireChunk): Chunk => ({
  volumeId: chunk.volume_id,
  needleKey: BigInt(chunk.needle_key),
  cookie: chunk.cookie,
  sizeBytes: Number(chunk.size_bytes),
  crc32c: chunk.crc32c,
});

const toDocument = (document: WireDocument | null | undefined, depth: number): SelectDocument => {
  if (depth > DOCUMENT_DEPTH_MAX) throw malformed('document of a sane depth');
  const elements: Record<string, string | SelectDocument> = {};
  for (const [name, element] of Object.entries(document?.elements ?? {})) {
    elements[name] =
      element.document === undefined || element.document === null
        ? (element.text ?? '')
        : toDocument(element.document, depth + 1);
  }
  return elements;
};
