import { readFileSync } from 'node:fs';
import { explainAccess, InquiryError, S3_OPERATIONS, type S3OperationName } from '@needlestack/gateway-service';
import {
  booleanFlag,
  choiceFlag,
  commonFlags,
  FlagError,
  type FlagValues,
  listFlag,
  readFlags,
  textFlag,
} from '@needlestack/service-kit';
import type { Command } from '../command.ts';
import { toChannelSecurity } from '../compose/channel-security.ts';
import { ClusterConnections } from '../compose/cluster-connections.ts';
import { readServerSecurity } from '../security-options.ts';
import { securityFlags } from '../server-flags.ts';
import { renderExplanation } from './render-explanation.ts';

const REFUSED_STATUS = 1;

const explainAccessFlags = {
  ...commonFlags,
  ...securityFlags,
  catalog: textFlag('127.0.0.1:9400', 'catalog that knows the buckets'),
  config: textFlag('', 'JSON file with static identities, as the gateway has it'),
  as: textFlag('anonymous', 'who asks: anonymous, root, or an access key id'),
  operation: textFlag('GetObject', 'S3 operation, such as PutObject or ListObjectsV2'),
  resource: textFlag('', 'bucket, or bucket/key'),
  header: listFlag([], 'headers of the request, for conditions: name=value'),
  query: textFlag('', 'query of the request, for conditions: prefix=a&max-keys=10'),
  sourceIp: textFlag('127.0.0.1', 'address of the client'),
  secure: booleanFlag(false, 'the request comes over TLS'),
  region: textFlag('us-east-1', 'region of the request'),
  o: choiceFlag(['text', 'json'], 'text', 'how the outcome is printed'),
} as const;

export const EXPLAIN_ACCESS_SUMMARY = 'Says whether a request would be allowed, and which rule or statement decides.';

/** `needlestack admin explain-access`: ends with 0 when the request would be allowed, with 1 when not. */
export const explainAccessTask: Command = {
  run: async (argv, environment) => {
    const command = { name: 'needlestack admin explain-access', summary: EXPLAIN_ACCESS_SUMMARY };
    const outcome = readFlags(explainAccessFlags, command, { argv, env: environment });
    if (outcome.kind === 'help') {
      process.stdout.write(outcome.text);
      return 0;
    }
    return runExplainAccess(outcome.values);
  },
};

const isOperation = (name: string): name is S3OperationName => Object.hasOwn(S3_OPERATIONS, name);

async function runExplainAccess(values: FlagValues<typeof explainAccessFlags>): Promise<number> {
  const { operation, resource } = values;
  if (!isOperation(operation)) throw new FlagError(`-operation: ${operation} is no operation that is served`);
  if (resource === '') throw new FlagError('-resource is missing: give a bucket, or bucket/key');
  const [bucket = '', ...rest] = resource.split('/');
  const connections = new ClusterConnections(toChannelSecurity(readServerSecurity(values)));
  try {
    const explanation = await explainAccess({
      catalog: connections.catalog(values.catalog),
      ...(values.config === '' ? undefined : { identities: readFileSync(values.config, 'utf8') }),
      caller: values.as,
      operation,
      bucket,
      key: rest.join('/'),
      headers: Object.fromEntries(values.header.map(splitHeader)),
      rawQuery: values.query,
      sourceIp: values.sourceIp,
      isSecure: values.secure,
      region: values.region,
      nowMs: Date.now(),
    });
    process.stdout.write(
      values.o === 'json' ? `${JSON.stringify(explanation, undefined, 2)}\n` : renderExplanation(explanation),
    );
    return explanation.isAllowed ? 0 : REFUSED_STATUS;
  } catch (error) {
    if (error instanceof InquiryError) throw new FlagError(error.message);
    throw error;
  } finally {
    await connections.close();
  }
}

const splitHeader = (text: string): readonly [string, string] => {
  const equals = text.indexOf('=');
  if (equals < 1) throw new FlagError(`-header: ${text} is not name=value`);
  return [text.slice(0, equals).toLowerCase(), text.slice(equals + 1)];
};
