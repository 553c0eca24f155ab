/** Operations of configurations of which a bucket may have many, each under an id. They are kept together, ordered by id. */
import {
  checkConfigurationId,
  invalidArgument,
  MAX_NAMED_CONFIGURATIONS,
  MAX_NAMED_CONFIGURATIONS_PER_PAGE,
  type NamedConfiguration,
  type NamedConfigurationDocument,
  S3Error,
} from '@needlestack/s3-protocol';
import { type Bucket, type BucketConfigKind, CatalogError } from '@needlestack/service-contracts';
import { requireBucket } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty, sendXml } from '../send-answer.ts';
import { findConfiguration } from './configuration-operations.ts';

type Operation = (exchange: S3Exchange, context: GatewayContext) => Promise<void>;

/** Times that a change is tried anew when another one came first. */
const CHANGE_ATTEMPTS_MAX = 5;

export interface NamedConfigurationOperations {
  readonly put: Operation;
  readonly get: Operation;
  readonly delete: Operation;
  readonly list: Operation;
}

export const namedConfigurationOperations = <T extends NamedConfiguration>(
  kind: BucketConfigKind,
  document: NamedConfigurationDocument<T>,
): NamedConfigurationOperations => {
  const readAll = async (bucket: Bucket, context: GatewayContext): Promise<readonly T[]> => {
    const stored = await findConfiguration(bucket, kind, context);
    return stored === undefined ? [] : document.parseAll(Buffer.from(stored));
  };

  /** Read, change, write: only while nobody else changed a configuration of the bucket in between. */
  const change = async (
    exchange: S3Exchange,
    context: GatewayContext,
    make: (before: readonly T[]) => readonly T[],
  ): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const bucket = await requireBucket(exchange, context);
      const after = make(await readAll(bucket, context));
      const value = after.length === 0 ? undefined : Buffer.from(document.writeAll(after));
      try {
        await context.catalog.putBucketConfig(exchange.bucket, kind, value, { ifRevision: bucket.configRevision });
        return;
      } catch (error) {
        if (!(error instanceof CatalogError) || error.code !== 'ConditionalRequestConflict') throw error;
        if (attempt === CHANGE_ATTEMPTS_MAX) throw new S3Error('OperationAborted');
      }
    }
  };

  return {
    put: async (exchange, context) => {
      const id = requireId(exchange);
      await requireBucket(exchange, context);
      const configuration = document.parse(await readDocument(exchange));
      if (configuration.id !== id) {
        throw invalidArgument('The id of the request is not that of the configuration.', 'id', id);
      }
      await change(exchange, context, (before) => {
        const others = before.filter((other) => other.id !== id);
        if (others.length >= MAX_NAMED_CONFIGURATIONS) throw new S3Error('TooManyConfigurations');
        return [...others, configuration].sort((a, b) => compareIds(a.id, b.id));
      });
      sendEmpty(exchange, context, 200);
    },

    get: async (exchange, context) => {
      const id = requireId(exchange);
      const all = await readAll(await requireBucket(exchange, context), context);
      const found = all.find((configuration) => configuration.id === id);
      if (found === undefined) throw new S3Error('NoSuchConfiguration');
      sendXml(exchange, context, 200, document.write(found));
    },

    delete: async (exchange, context) => {
      const id = requireId(exchange);
      await change(exchange, context, (before) => {
        const others = before.filter((other) => other.id !== id);
        if (others.length === before.length) throw new S3Error('NoSuchConfiguration');
        return others;
      });
      sendEmpty(exchange, context, 204);
    },

    list: async (exchange, context) => {
      const token = exchange.query.get('continuation-token');
      const after = token === undefined ? '' : readToken(token);
      const all = await readAll(await requireBucket(exchange, context), context);
      const rest = all.filter(({ id }) => compareIds(id, after) > 0);
      const configurations = rest.slice(0, MAX_NAMED_CONFIGURATIONS_PER_PAGE);
      const isTruncated = rest.length > configurations.length;
      const last = configurations.at(-1);
      const page = {
        configurations,
        isTruncated,
        continuationToken: token,
        nextContinuationToken: isTruncated && last !== undefined ? tokenAfter(last.id) : undefined,
      };
      sendXml(exchange, context, 200, document.writeList(page));
    },
  };
};

/** Ids are ASCII: text order is byte order. */
const compareIds = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

const requireId = ({ query }: S3Exchange): string => {
  const id = query.get('id');
  if (id === undefined) throw invalidArgument('The parameter id is missing.', 'id', '');
  checkConfigurationId(id);
  return id;
};

const tokenAfter = (id: string): string => Buffer.from(id).toString('base64url');

const readToken = (token: string): string => {
  const id = Buffer.from(token, 'base64url').toString();
  if (id === '' || tokenAfter(id) !== token) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  }
  return id;
};
