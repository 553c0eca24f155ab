/** The select service in another process: the same frames, the same refusals. */
import {
  type ChannelSecurity,
  createGrpcClient,
  type GrpcClient,
  loadProtos,
  type RpcCode,
  RpcError,
} from '@needlestack/rpc';
import type { Select, SelectDocumentInit, SelectRequestInit } from '@needlestack/rpc/wire/needlestack-select';
import { type SelectDocument, SelectError, type SelectPort, type SelectRequest } from '../select-api.ts';

export const SELECT_SERVICE = 'needlestack_select.Select';

const HTTP_STATUS_BY_CODE: Readonly<Partial<Record<RpcCode, number>>> = {
  'invalid-argument': 400,
  unauthenticated: 401,
  'permission-denied': 403,
  'not-found': 404,
  internal: 500,
  unavailable: 503,
};

const documentToWire = (document: SelectDocument): SelectDocumentInit => ({
  elements: Object.fromEntries(
    Object.entries(document).map(([name, content]) => [
      name,
      typeof content === 'string' ? { text: content } : { document: documentToWire(content) },
    ]),
  ),
});

const requestToWire = (request: SelectRequest): SelectRequestInit => ({
  object: {
    size_bytes: request.object.sizeBytes,
    chunks: request.object.chunks.map((chunk) => ({
      volume_id: chunk.volumeId,
      needle_key: chunk.needleKey,
      cookie: chunk.cookie,
      size_bytes: chunk.sizeBytes,
      crc32c: chunk.crc32c,
    })),
    inline_data: request.object.inlineData,
    data_keys: request.object.dataKeys ?? [],
  },
  expression: request.expression,
  expression_type: request.expressionType,
  input_serialization: documentToWire(request.inputSerialization),
  output_serialization: documentToWire(request.outputSerialization),
  request_progress_enabled: request.requestProgressEnabled,
  scan_range:
    request.scanRange === undefined ? undefined : { start: request.scanRange.Start, end: request.scanRange.End },
  principal_id: request.principalId,
});

/** A refusal of the service by its own code; a service that does not answer is out of reach for now. */
const toSelectError = (error: unknown): unknown => {
  if (!(error instanceof RpcError) || error.code === 'cancelled') return error;
  if (error.reason !== '') return new SelectError(error.reason, error.message, HTTP_STATUS_BY_CODE[error.code] ?? 500);
  if (error.code === 'unavailable')
    return new SelectError('Busy', 'The service is unavailable. Please try again.', 503);
  return new SelectError('InternalError', 'We encountered an internal error. Please try again.', 500);
};

/** Connects with the first query, and again by itself. */
export class GrpcSelect implements SelectPort {
  readonly #client: GrpcClient<Select>;

  constructor(options: ChannelSecurity & { readonly address: string }) {
    this.#client = createGrpcClient<Select>({
      ...options,
      protos: loadProtos(['select.proto']),
      service: SELECT_SERVICE,
    });
  }

  /** A connection that breaks in the middle of the frames rejects too: without an End frame the answer is incomplete. */
  async *select(request: SelectRequest, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      for await (const { frame } of this.#client.call.Select(requestToWire(request), { signal })) yield frame;
    } catch (error) {
      throw toSelectError(error);
    }
  }

  close(): void {
    this.#client.close();
  }
}
