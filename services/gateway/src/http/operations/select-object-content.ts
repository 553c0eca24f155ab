import { parseSelect, renderForeignError, S3Error } from '@needlestack/s3-protocol';
import { SelectError, type SelectRequest } from '@needlestack/service-contracts';
import { requireBucket } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import { watchClient } from '../bodies/watch-client.ts';
import { openVersion } from '../encryption/object-encryption.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml, startHeaders } from '../send-answer.ts';

/** SelectObjectContent: relays the frames of the select service, no faster than the client reads them. */
export const selectObjectContent = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { select } = context;
  if (select === undefined) throw new S3Error('NotImplemented', { details: { Header: 'select' } });
  await requireBucket(exchange, context);
  const { scanRange, ...document } = parseSelect(await readDocument(exchange));
  const object = await openVersion(exchange, context, await findAddressedObject(exchange, context, undefined));
  const client = watchClient(exchange.response);
  const request: SelectRequest = {
    ...document,
    object,
    principalId: exchange.principal.name,
    ...(scanRange === undefined ? undefined : { scanRange }),
  };
  try {
    await relayFrames(exchange, context, select.select(request, client.signal));
  } catch (error) {
    if (client.signal.aborted) return;
    if (!(error instanceof SelectError)) throw error;
    const text = renderForeignError(error, exchange.rawPath, exchange.requestId, context.hostId);
    sendXml(exchange, context, error.httpStatus, text);
  } finally {
    client.stop();
  }
};

const relayFrames = async (
  exchange: S3Exchange,
  context: GatewayContext,
  frames: AsyncIterable<Uint8Array>,
): Promise<void> => {
  const { response } = exchange;
  for await (const frame of frames) {
    if (!response.headersSent) {
      const headers = startHeaders(exchange, context);
      headers.push('Content-Type', 'application/vnd.amazon.eventstream');
      exchange.writeHead(200, headers);
    }
    if (!response.write(frame)) await drained(exchange);
  }
  response.end();
};

/** Resolves when the socket takes more, and also when it is gone: the abort signal ends the loop then. */
const drained = ({ response }: S3Exchange): Promise<void> =>
  new Promise((resolve) => {
    if (response.destroyed) {
      resolve();
      return;
    }
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
