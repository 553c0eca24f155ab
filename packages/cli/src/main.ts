/** The needlestack command: picks the verb, reads its flags, runs it, and ends with its status. */
import { FlagError, findNearestName } from '@needlestack/service-kit';
import { COMMANDS } from './commands.ts';
import { splitVerb } from './split-verb.ts';
import { isVerb, VERBS } from './verbs.ts';

const USAGE_STATUS = 2;
const FAILURE_STATUS = 1;

function usage(): string {
  const lines = ['Usage: needlestack <verb> [flags]', '', 'Verbs:'];
  for (const [verb, summary] of Object.entries(VERBS)) lines.push(`  ${verb.padEnd(10)}${summary}`);
  lines.push('', 'needlestack <verb> -h explains the flags of a verb.', '');
  return lines.join('\n');
}

async function main(argv: readonly string[]): Promise<number> {
  const { verb = 'help', argv: rest } = splitVerb(argv);
  if (verb === 'help') {
    process.stdout.write(usage());
    return 0;
  }
  if (!isVerb(verb)) {
    const nearest = findNearestName(verb, Object.keys(VERBS));
    process.stderr.write(
      `needlestack: verb ${verb} is not known${nearest === undefined ? '' : `; did you mean ${nearest}?`}\n`,
    );
    return USAGE_STATUS;
  }
  try {
    const command = await COMMANDS[verb]();
    return await command.run(rest, process.env);
  } catch (error) {
    if (error instanceof FlagError) {
      process.stderr.write(`needlestack ${verb}: ${error.message}\n`);
      return error.exitCode;
    }
    process.stderr.write(`needlestack ${verb}: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env['NEEDLESTACK_TRACE'] === '1') console.error(error);
    return FAILURE_STATUS;
  }
}

process.exit(await main(process.argv.slice(2)));
