import { createGrpcScanPort } from '@needlestack/kv-scan';
import { createGrpcCatalog } from '@needlestack/service-contracts';
import {
  booleanFlag,
  choiceFlag,
  commonFlags,
  durationFlag,
  FlagError,
  type FlagValues,
  findNearestName,
  readFlags,
  textFlag,
} from '@needlestack/service-kit';
import { toGrpcAddress } from '@needlestack/volume-service';
import { EXPLAIN_ACCESS_SUMMARY, explainAccessTask } from '../admin/explain-access.ts';
import { LDAP_POLICIES_SUMMARY, ldapPoliciesTask } from '../admin/ldap-policies.ts';
import type { Command } from '../command.ts';
import { toChannelSecurity } from '../compose/channel-security.ts';
import { findOrphans } from '../orphans/find-orphans.ts';
import { confirmOrphans, handOverOrphans, waitUntilGone } from '../orphans/hand-over-orphans.ts';
import { MIN_AGE_MS } from '../orphans/limits.ts';
import { listVolumeCopies } from '../orphans/list-volume-copies.ts';
import { type Removal, renderJson, renderText } from '../orphans/render-findings.ts';
import { VolumeServers } from '../orphans/volume-servers.ts';
import { readServerSecurity } from '../security-options.ts';
import { securityFlags } from '../server-flags.ts';

const FAILURE_STATUS = 1;
const WAIT_MS = 2 * 60_000;

const TASKS = {
  orphans: 'Finds needles that no row of the catalog names; removes them only when told.',
  'explain-access': EXPLAIN_ACCESS_SUMMARY,
  'ldap-policies': LDAP_POLICIES_SUMMARY,
} as const;

const orphansFlags = {
  ...commonFlags,
  ...securityFlags,
  master: textFlag('127.0.0.1:9333', 'master that knows the volume servers'),
  catalog: textFlag('127.0.0.1:9400', 'catalog that knows the names'),
  collection: textFlag('', 'collection of volumes to look at; the store keeps its needles in the one without name'),
  minAge: durationFlag(MIN_AGE_MS, 'age below which a needle may belong to a request that is under way'),
  apply: booleanFlag(false, 'removes what is found; without it nothing is changed'),
  wait: durationFlag(WAIT_MS, 'how long to wait until what is removed is deleted'),
  o: choiceFlag(['text', 'json'], 'text', 'how the outcome is printed'),
} as const;

/** `needlestack admin <task>`: work on a running store that nobody does by itself. */
export const adminCommand: Command = {
  run: async (argv, environment) => {
    const at = argv.findIndex((argument) => !argument.startsWith('-'));
    const task = argv[at];
    if (task === undefined) {
      if (!argv.some((argument) => /^--?h(elp)?$/.test(argument)))
        throw new FlagError(`give a task: ${Object.keys(TASKS)}`);
      process.stdout.write(usage());
      return 0;
    }
    if (!Object.hasOwn(TASKS, task)) {
      const nearest = findNearestName(task, Object.keys(TASKS));
      throw new FlagError(`task ${task} is not known${nearest === undefined ? '' : `; did you mean ${nearest}?`}`);
    }
    if (task === 'explain-access') return explainAccessTask.run(argv.toSpliced(at, 1), environment);
    if (task === 'ldap-policies') return ldapPoliciesTask.run(argv.toSpliced(at, 1), environment);
    const command = { name: 'needlestack admin orphans', summary: TASKS.orphans };
    const outcome = readFlags(orphansFlags, command, { argv: argv.toSpliced(at, 1), env: environment });
    if (outcome.kind === 'help') {
      process.stdout.write(outcome.text);
      return 0;
    }
    return runOrphans(outcome.values);
  },
};

function usage(): string {
  const tasks = Object.entries(TASKS).map(([name, summary]) => `  ${name.padEnd(16)}${summary}`);
  return ['Usage: needlestack admin <task> [flags]', '', 'Tasks:', ...tasks, '', ''].join('\n');
}

async function runOrphans(values: FlagValues<typeof orphansFlags>): Promise<number> {
  const security = toChannelSecurity(readServerSecurity(values));
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const servers = new VolumeServers(security);
  const catalogAddress = { ...security, address: toGrpcAddress(values.catalog) };
  const scans = createGrpcScanPort(catalogAddress);
  const catalog = createGrpcCatalog(catalogAddress);
  const { signal } = stop;
  try {
    const master = { ...security, address: toGrpcAddress(values.master) };
    const copies = await listVolumeCopies(master, values.collection, signal).catch(failAs('master', values.master));
    const findings = await findOrphans({
      copies,
      servers,
      scans,
      minAgeMs: values.minAge,
      nowMs: Date.now,
      signal,
    }).catch(failAs('catalog', values.catalog));
    let removal: Removal | undefined;
    if (values.apply) {
      const confirmed = await confirmOrphans(findings.orphans, scans, signal);
      await handOverOrphans(confirmed, catalog);
      const waiting = await waitUntilGone(confirmed, { copies, servers, waitMs: values.wait, signal });
      const named = findings.orphans.length - confirmed.length;
      removal = { removed: confirmed.length - waiting, waiting, named };
    }
    process.stdout.write((values.o === 'json' ? renderJson : renderText)(findings, removal));
    return findings.failures.length === 0 ? 0 : FAILURE_STATUS;
  } finally {
    servers.close();
    scans.close();
    catalog.close();
  }
}

/** Says whose failure it is: what a connection that fails says of itself is a port. */
function failAs(service: string, address: string): (cause: unknown) => never {
  return (cause) => {
    const message = Error.isError(cause) ? cause.message : String(cause);
    throw new Error(`the ${service} at ${address}: ${message}`, { cause });
  };
}
