/** From a request to its lines in the access log. Buckets that are not logged cost a look at a bit of their row. */
import { type Bucket, hasBucketConfig } from '@needlestack/service-contracts';
import { ExchangeLog } from '../../core/access-log/exchange-log.ts';
import { logKeyOperation, logOperationName } from '../../core/access-log/log-operation.ts';
import { formatLogRecord, type LogRecord } from '../../core/access-log/log-record.ts';
import type { S3OperationName } from '../../core/s3-operation.ts';
import { isSignedByVersion2 } from '../access/signature-version.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';

export interface ExchangeToLog {
  readonly operation: S3OperationName | 'Preflight' | 'Website' | 'Unknown';
  /** By `performance.now()`. */
  readonly startMs: number;
}

/** Whether the addressed bucket is logged: ask this first. */
export const isLogged = ({ access }: S3Exchange): boolean =>
  access !== undefined && hasBucketConfig(access.bucket, 'logging');

/** Begins to note what becomes of the request, by the configuration as it was when it came. */
export const beginLog = async (
  exchange: S3Exchange,
  bucket: Bucket,
  { operation, startMs }: ExchangeToLog,
  context: GatewayContext,
): Promise<void> => {
  if (exchange.log !== undefined || !hasBucketConfig(bucket, 'logging')) return;
  const target = (await context.configurations.logging.find(bucket))?.enabled;
  if (target === undefined) return;
  const { request, response, method } = exchange;
  const isRgw = context.compatibility.has('rgw-logging');
  const showOwner = (accountId: string): string => context.showOwner(accountId).id;
  const log = new ExchangeLog(
    { source: { bucket: bucket.name, accountId: bucket.ownerId, region: bucket.region }, target },
    {
      bucketOwner: showOwner(bucket.ownerId),
      bucket: bucket.name,
      timeMs: context.nowMs(),
      remoteIp: exchange.sourceIp,
      requestId: exchange.requestId,
      operation: logOperationName(operation, { method, key: exchange.key, query: exchange.query }, isRgw),
      key: exchange.key === '' ? undefined : exchange.key,
      requestLine: `${method} ${request.url ?? ''} HTTP/${request.httpVersion}`,
      referer: exchange.header('referer'),
      userAgent: exchange.header('user-agent'),
      versionId: exchange.query.get('versionId'),
      hostId: context.hostId,
      hostHeader: exchange.header('host'),
      cipherSuite: undefined,
      tlsVersion: undefined,
    },
    logKeyOperation(isRgw),
    startMs,
  );
  exchange.log = log;
  response.once('close', () => {
    const records = log.finish(describeCaller(exchange, showOwner), method === 'HEAD', performance.now());
    for (const record of records) context.accessLogs.add(log.destination, formatLogRecord(record), record.timeMs);
  });
};

/** The same for a request that was refused before its bucket was looked at. Whatever fails here is no reason to fail the answer. */
export const beginLogOfRefused = async (
  exchange: S3Exchange,
  log: ExchangeToLog,
  context: GatewayContext,
): Promise<void> => {
  if (exchange.log !== undefined || exchange.bucket === '') return;
  try {
    const { bucket } = exchange.access ?? (await context.access.find(exchange.bucket)) ?? {};
    if (bucket !== undefined) await beginLog(exchange, bucket, log, context);
  } catch (error) {
    context.logger.debug({ requestId: exchange.requestId, err: error }, 'request not logged');
  }
};

type Caller = Pick<LogRecord, 'requester' | 'signatureVersion' | 'authType' | 'isAclRequired'>;

const describeCaller = (exchange: S3Exchange, showOwner: (accountId: string) => string): Caller => {
  const { decision, caller } = exchange;
  const isAclRequired = decision?.reason === 'acl' || decision?.reason === 'identity-and-acl';
  if (caller === undefined || caller.kind === 'anonymous') {
    return { requester: undefined, signatureVersion: undefined, authType: undefined, isAclRequired };
  }
  const isRoot = caller.kind === 'account' || caller.kind === 'root';
  return {
    requester: isRoot ? showOwner(caller.accountId) : caller.arn,
    signatureVersion: isSignedByVersion2(exchange) ? 'SigV2' : 'SigV4',
    authType: exchange.header('authorization') === undefined ? 'QueryString' : 'AuthHeader',
    isAclRequired,
  };
};
