/** SeaweedFS's `security.toml`: keys, white list and certificates that the processes of a cluster share. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { FlagError, readTomlFile } from '@needlestack/service-kit';

type Environment = Readonly<Record<string, string | undefined>>;

const FILE_NAME = 'security.toml';
const ENVIRONMENT_PREFIX = 'WEED_';

export interface SecurityFileOptions {
  /** `-securityFile`: this file, or none when it does not exist. */
  readonly path: string;
  /** `-config_dir`: where to look first. */
  readonly configDirectory: string;
  readonly environment: Environment;
  readonly readFile: (path: string) => string;
}

/** What one process wants to know from `security.toml` and from the environment, which wins (`WEED_JWT_SIGNING_KEY`). */
export class SecurityFile {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #environment: Environment;
  readonly #directory: string;

  private constructor(texts: ReadonlyMap<string, string>, environment: Environment, directory: string) {
    this.#texts = texts;
    this.#environment = environment;
    this.#directory = directory;
  }

  /** @throws FlagError when the file is there and is not TOML */
  static read({ path, configDirectory, environment, readFile }: SecurityFileOptions): SecurityFile {
    const found = path === '' ? findFile(configDirectory, environment) : path;
    if (found === undefined || !existsSync(found)) return new SecurityFile(new Map(), environment, '.');
    const texts = new Map<string, string>();
    for (const [name, text] of readTomlFile(found, readFile)) texts.set(name.toLowerCase(), text);
    return new SecurityFile(texts, environment, dirname(found));
  }

  /** The text of `section.key`, empty when nobody gave one. */
  text(name: string): string {
    const variable = ENVIRONMENT_PREFIX + name.replaceAll('.', '_').toUpperCase();
    return this.#environment[variable] ?? this.#texts.get(name.toLowerCase()) ?? '';
  }

  list(name: string): readonly string[] {
    return this.text(name)
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  flag(name: string): boolean {
    return ['1', 't', 'true'].includes(this.text(name).toLowerCase());
  }

  /** A path in the file counts from where the process runs, or, when nothing is there, from the file's own directory. */
  path(name: string): string {
    const text = this.text(name);
    return text === '' || isAbsolute(text) || existsSync(text) ? text : join(this.#directory, text);
  }
}

function findFile(configDirectory: string, environment: Environment): string | undefined {
  const home = environment.HOME;
  const directories = [
    ...(configDirectory === '' ? [] : [configDirectory]),
    '.',
    ...(home === undefined ? [] : [join(home, '.seaweedfs')]),
    '/usr/local/etc/seaweedfs',
    '/etc/seaweedfs',
  ];
  return directories.map((directory) => join(directory, FILE_NAME)).find((path) => existsSync(path));
}

/** The pair of PEM files of a section, undefined when it names none. @throws FlagError when only one is named */
export function certificatePair(
  file: SecurityFile,
  section: string,
): { readonly certPath: string; readonly keyPath: string } | undefined {
  const certPath = file.path(`${section}.cert`);
  const keyPath = file.path(`${section}.key`);
  if (certPath === '' && keyPath === '') return undefined;
  if (certPath === '' || keyPath === '')
    throw new FlagError(`${FILE_NAME}: ${section}.cert and ${section}.key belong together`);
  return { certPath, keyPath };
}
