import { type FlagTable, type FlagValues, readFlags } from '@needlestack/service-kit';
import { explainStartFailure } from './explain-start-failure.ts';
import { VERBS, type Verb } from './verbs.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A verb of the command line. `run` resolves with the process's exit status. */
export interface Command {
  readonly run: (argv: readonly string[], environment: Environment) => Promise<number>;
}

/** A verb with its flag table: `-h` is answered here, `run` sees typed values. */
export function defineCommand<const T extends FlagTable>(definition: {
  readonly verb: Verb;
  readonly flags: T;
  readonly run: (values: FlagValues<T>, environment: Environment) => Promise<number>;
}): Command {
  const { verb, flags } = definition;
  const command = { name: `needlestack ${verb}`, summary: VERBS[verb] };
  return {
    run: async (argv, environment) => {
      const outcome = readFlags(flags, command, { argv, env: environment });
      if (outcome.kind === 'help') {
        process.stdout.write(outcome.text);
        return 0;
      }
      try {
        return await definition.run(outcome.values, environment);
      } catch (error) {
        throw explainStartFailure(error, outcome.values);
      }
    },
  };
}
