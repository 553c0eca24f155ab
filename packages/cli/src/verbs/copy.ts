import {
  ConfigurationError,
  type ObjectStorageConfig,
  openObjectStorage,
  readObjectStorageConfig,
} from '@needlestack/object-storage';
import {
  choiceFlag,
  commonFlags,
  createLogger,
  FlagError,
  integerFlag,
  readFlags,
  secretFlag,
  textFlag,
} from '@needlestack/service-kit';
import type { Command } from '../command.ts';
import { FAILURES_MAX_DEFAULT, JOBS_DEFAULT, JOBS_MAX } from '../copy/limits.ts';
import { manifestNameOf, runCopy } from '../copy/run-copy.ts';
import { formatS3Url, parseS3Url, type S3Url } from '../copy/s3-url.ts';
import { VERBS } from '../verbs.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One side's flags. */
const sideFlags = <const Side extends 'source' | 'target'>(side: Side) =>
  ({
    [`${side}.endpoint`]: textFlag('', `URL of the ${side}'s store; that of AWS when empty`),
    [`${side}.region`]: textFlag('us-east-1', `region of the ${side}; another one that the store names is taken`),
    [`${side}.profile`]: textFlag('', `profile in ~/.aws for the ${side}; the chain of sources when empty`),
    [`${side}.accessKeyId`]: textFlag('', `access key id for the ${side}, in place of a profile`),
    [`${side}.secretAccessKey`]: secretFlag('its secret'),
    [`${side}.sessionToken`]: secretFlag('its session token, where it has one'),
  }) as Record<`${Side}.${SideFlag}`, ReturnType<typeof textFlag>>;

type SideFlag = 'endpoint' | 'region' | 'profile' | 'accessKeyId' | 'secretAccessKey' | 'sessionToken';

const copyFlags = {
  ...commonFlags,
  ...sideFlags('source'),
  ...sideFlags('target'),
  manifest: textFlag('', 'directory that remembers what is copied; needlestack-copy-<hash> here when empty'),
  jobs: integerFlag(JOBS_DEFAULT, 'objects that are copied at a time', { min: 1, max: JOBS_MAX }),
  maxFailures: integerFlag(FAILURES_MAX_DEFAULT, 'objects that may fail before the copy gives up', { min: 1 }),
  o: choiceFlag(['text', 'json'], 'text', 'how the outcome is printed'),
} as const;

const COMMAND = { name: 'needlestack copy s3://bucket/prefix s3://bucket/prefix', summary: VERBS.copy };

/** `needlestack copy s3://a/prefix s3://b/prefix`: objects from one store to another; may be killed and started again. */
export const copyCommand: Command = {
  run: async (argv, environment) => {
    const isPlace = (argument: string): boolean => argument.startsWith('s3://');
    const outcome = readFlags(copyFlags, COMMAND, { argv: argv.filter((one) => !isPlace(one)), env: environment });
    if (outcome.kind === 'help') {
      process.stdout.write(outcome.text);
      return 0;
    }
    const { values } = outcome;
    const [from, to, ...more] = argv.filter(isPlace).map(parseS3Url);
    if (from === undefined || to === undefined || more.length > 0) {
      throw new FlagError('give two places, from and to: needlestack copy s3://bucket/prefix s3://bucket/prefix');
    }
    const open = openSide(values, environment);
    const identity = [describeSide(from, values['source.endpoint']), describeSide(to, values['target.endpoint'])];
    if (identity[0] === identity[1]) throw new FlagError('source and target are the same place');
    const source = open('source', from);
    const target = open('target', to);
    const signals = followSignals(values['shutdown.grace']);
    try {
      return await runCopy({
        source,
        target,
        sourceName: identity[0] ?? '',
        identity: identity.join(' to '),
        manifestDirectory: values.manifest === '' ? manifestNameOf(identity.join(' to ')) : values.manifest,
        jobs: values.jobs,
        failuresMax: values.maxFailures,
        output: values.o,
        isTerminal: process.stderr.isTTY === true,
        ...signals,
      });
    } finally {
      source.close();
      target.close();
    }
  },
};

function openSide(
  values: Readonly<Record<string, unknown>> & { readonly jobs: number; readonly v: number },
  environment: Environment,
) {
  const logger = createLogger({ service: 'copy', verbosity: values.v });
  return (side: 'source' | 'target', { bucket, prefix }: S3Url) => {
    const config = readSide(side, {
      kind: 'object',
      bucket,
      prefix: prefix.replace(/^\//, ''),
      ...Object.fromEntries(
        (['endpoint', 'region', 'profile', 'accessKeyId', 'secretAccessKey', 'sessionToken'] satisfies SideFlag[]).map(
          (name) => [name, values[`${side}.${name}`]],
        ),
      ),
      // A large object has several requests under way, and the listing goes on beside them.
      maxRequests: Math.max(64, values.jobs + 16),
    });
    return openObjectStorage(config, { environment, warn: (message) => logger.warn({ side }, message) });
  };
}

function readSide(side: 'source' | 'target', settings: Readonly<Record<string, unknown>>): ObjectStorageConfig {
  try {
    return readObjectStorageConfig(settings);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new FlagError(`${side}: ${error.message}`);
  }
}

function describeSide(url: S3Url, endpoint: string): string {
  return endpoint === '' ? formatS3Url(url) : `${formatS3Url(url)} at ${endpoint}`;
}

/** The first signal lets what is under way be finished, for as long as the grace; the second one cuts it. */
function followSignals(graceMs: number): { readonly stop: AbortSignal; readonly cut: AbortSignal } {
  const stop = new AbortController();
  const cut = new AbortController();
  const reason = new Error('the copy was interrupted');
  const onSignal = (): void => {
    if (stop.signal.aborted) cut.abort(reason);
    stop.abort(reason);
    setTimeout(() => cut.abort(reason), graceMs).unref();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return { stop: stop.signal, cut: cut.signal };
}
