import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RootKeyError } from '@needlestack/catalog-service';
import { createLogger, releaseStartupMemory, runUntilSignal, watchStartSignals } from '@needlestack/service-kit';
import { defineCommand } from '../command.ts';
import { startAllInOne } from '../compose/all-in-one.ts';
import { keepRootCredentials, loadRootCredentials, type RootCredentials } from '../root-credentials.ts';
import { explainWrongRootKey, loadOrMakeRootKeys } from '../root-key.ts';
import { readServerSecurity } from '../security-options.ts';
import { serverFlags } from '../server-flags.ts';

/** What a person sees who just started the store. The secret is shown only when it was made now. */
function greeting(
  { endpoint, region }: { readonly endpoint: string; readonly region: string },
  root: RootCredentials,
  { directory, isKeyNew }: { readonly directory: string; readonly isKeyNew: boolean },
): string {
  const lines = ['', `Needlestack serves S3 at ${endpoint}, keeping everything in ${directory}`, ''];
  if (root.source === 'created') {
    lines.push('Root credentials, made now and shown this once (kept in root-credentials.json there):', '');
  }
  lines.push(`  export AWS_ACCESS_KEY_ID=${root.accessKeyId}`);
  if (root.source === 'created') lines.push(`  export AWS_SECRET_ACCESS_KEY=${root.secretAccessKey}`);
  lines.push(
    `  export AWS_DEFAULT_REGION=${region} AWS_ENDPOINT_URL=${endpoint}`,
    '',
    ...(isKeyNew ? keyNotice(directory) : []),
    'Try:  aws s3 mb s3://first && aws s3 cp README.md s3://first/',
    '',
  );
  return `${lines.join('\n')}\n`;
}

/** What is said once of a key that was made now. */
const keyNotice = (directory: string): string[] => [
  `Objects are encrypted under the key in ${join(directory, 'root.key')}, made now. Keep a copy of it away from the data:`,
  'without it nothing that is written here can be read again (docs/operations/root-key.md).',
  '',
];

/** `needlestack server`: the whole store in one process. */
export const serverCommand = defineCommand({
  verb: 'server',
  flags: serverFlags,
  run: async (values) => {
    const logger = createLogger({ service: 'server', verbosity: values.v });
    mkdirSync(values.dir, { recursive: true });
    const root = loadRootCredentials({
      directory: values.dir,
      accessKeyId: values['root.accessKeyId'],
      secretAccessKey: values['root.secretAccessKey'],
    });
    const security = readServerSecurity(values);
    const keyPlace = { directory: values.dir, setting: values['root.key'] };
    const keys = loadOrMakeRootKeys(keyPlace);
    const startSignals = watchStartSignals();
    const store = await startAllInOne({ values, root, rootKeys: keys.ring, security, logger }).catch(
      (error: unknown): never => {
        startSignals.end();
        throw error instanceof RootKeyError ? explainWrongRootKey(keyPlace, keys) : error;
      },
    );
    keepRootCredentials(values.dir, root);
    const served = { endpoint: `http://${values.ip}:${store.s3Port}`, region: values.region };
    process.stdout.write(greeting(served, root, { directory: values.dir, isKeyNew: keys.isNew }));
    const close = (graceMs: number) => store.close(graceMs);
    const stopped = runUntilSignal({ logger, graceMs: values['shutdown.grace'], close, startSignals });
    // Takes a tenth of a second: signals are heeded before it.
    releaseStartupMemory();
    return stopped;
  },
});
