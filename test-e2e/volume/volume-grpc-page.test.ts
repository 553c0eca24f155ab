/** Keeps docs/reference/volume-grpc.md true: every line is run, and no method of the server is missing. */
import { Metadata, status } from '@grpc/grpc-js';
import { codeBlocks, readDocument, shellCommands } from '../docs/support/documents.ts';
import { ReflectedServices } from '../docs/support/reflected-services.ts';
import { scratchFolder, startVolume, type VolumeProcess } from './volume-process.ts';

const PAGE = readDocument('docs/reference/volume-grpc.md');
const SERVICE = 'volume_server_pb.VolumeServer';

/** Runs the lines of the page on two servers, as if they had the ports that the page names. */
class PageRunner {
  readonly #servers: readonly VolumeProcess[];
  readonly #answers: unknown[] = [];

  constructor(servers: readonly VolumeProcess[]) {
    this.#servers = servers;
  }

  async run(words: readonly string[]): Promise<void> {
    const [command, ...args] = words;
    if (command === 'curl') await this.#put(args);
    else if (command === 'grpcurl') await this.#call(args.filter((word) => word !== '-plaintext'));
    else throw new Error(`the page has the command ${command}`);
  }

  async #put(args: readonly string[]): Promise<void> {
    const argumentOf = (flag: string): string | undefined =>
      args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined;
    const { port, pathname } = new URL(args.at(-1) ?? '');
    const [name = 'Content-Type', value = 'application/octet-stream'] = (argumentOf('-H') ?? '')
      .split(': ', 2)
      .filter(Boolean);
    const response = await fetch(this.#serverAt(Number(port)).url + pathname, {
      method: 'PUT',
      headers: { [name]: value },
      body: argumentOf('--data-binary') ?? '',
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${response.status}`);
  }

  async #call(args: readonly string[]): Promise<void> {
    const [body, rest] = args[0] === '-d' ? [args[1] ?? '', args.slice(2)] : ['{}', args];
    const [address = '', path = '', symbol] = rest;
    const server = this.#serverAt(Number(address.split(':')[1]) - 10_000);
    const services = new ReflectedServices(server.grpcAddress, new Metadata(), 'v1');
    try {
      if (path === 'list') {
        expect((await services.listMethods(symbol ?? '')).length).toBeGreaterThan(40);
        return;
      }
      const { messages, status: outcome } = await services.call(path, JSON.parse(this.#fillIn(body)));
      if (outcome.code !== status.OK) throw new Error(`${status[outcome.code]}: ${outcome.details}`);
      const error = /"error":"([^"]+)"/.exec(JSON.stringify(messages))?.[1];
      if (error !== undefined) throw new Error(`it answered the error ${error}`);
      this.#answers.push(messages);
    } finally {
      services.close();
    }
  }

  #serverAt(httpPort: number): VolumeProcess {
    const server = this.#servers[httpPort - 8080];
    if (server === undefined) throw new Error(`nothing listens at ${httpPort}`);
    return server;
  }

  #fillIn(text: string): string {
    return text
      .replaceAll(/127\.0\.0\.1:(\d+)\.\d+/g, (_, port: string) => {
        const server = this.#serverAt(Number(port));
        return `${new URL(server.url).host}.${server.grpcAddress.split(':')[1]}`;
      })
      .replaceAll(/<(\w+)>/g, (_, name: string) => {
        const found = new RegExp(`"${name}":"([^"]*)"`).exec(JSON.stringify(this.#answers.toReversed()))?.[1];
        if (found === undefined) throw new Error(`no answer so far has a field ${name}`);
        return found;
      });
  }
}

test('every line of the page does what it is there for', async () => {
  const servers = [await startVolume([`-dir=${scratchFolder()}`]), await startVolume([`-dir=${scratchFolder()}`])];
  const runner = new PageRunner(servers);
  for (const words of shellCommands(PAGE)) {
    try {
      await runner.run(words);
    } catch (error) {
      throw new Error(`${words.join(' ')}\n${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
});

test('every method of the server is on the page', async () => {
  const server = await startVolume([`-dir=${scratchFolder()}`]);
  const services = new ReflectedServices(server.grpcAddress, new Metadata(), 'v1alpha');
  const methods = await services.listMethods(SERVICE);
  services.close();
  const shown = [...codeBlocks(PAGE, 'sh'), ...codeBlocks(PAGE, 'text')].join('');
  // A client stream is nothing for a command line.
  const missing = methods.filter((method) => !shown.includes(`${SERVICE}/${method}\n`) && method !== 'ReceiveFile');
  expect(missing).toEqual([]);
});
