/** Runs the grpcurl and curl lines of a page against a store, in their order. */
import { Metadata, status } from '@grpc/grpc-js';
import type { RunningNeedlestack, ServiceName } from '@needlestack/test-servers';
import { ReflectedServices, type ReflectionVersion } from './reflected-services.ts';

const GRPC_OFFSET = 10_000;
/** The services by the ports that the pages name, HTTP and gRPC. */
const SERVICE_BY_PORT: Readonly<Record<string, ServiceName>> = {
  9333: 'master',
  8080: 'volume',
  9400: 'catalog',
  9500: 'notify',
  9600: 'select',
};
const GRPC_FLAGS_WITH_VALUE = new Set(['-d']);
const GRPC_FLAGS = new Set(['-plaintext']);

/** What a line does beside the call: an event that a stream waits for. */
export type Companion = (signal: AbortSignal) => Promise<void>;

export class GrpcLines {
  readonly #store: RunningNeedlestack;
  readonly #token: string;
  readonly #version: ReflectionVersion;
  readonly #clients = new Map<string, ReflectedServices>();
  readonly #answers: unknown[] = [];

  constructor(store: RunningNeedlestack, token: string, version: ReflectionVersion) {
    this.#store = store;
    this.#token = token;
    this.#version = version;
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  /** Messages of the last call. */
  lastAnswer(): unknown {
    return this.#answers.at(-1);
  }

  /** @throws Error when the line cannot be what was meant, or its call fails */
  async run(words: readonly string[], companion?: Companion): Promise<void> {
    const [command, ...args] = words;
    if (command === 'grpcurl') await this.#runGrpcurl(args, companion);
    else if (command === 'curl') await this.#runCurl(args);
    else throw new Error(`the page has the command ${command}; only grpcurl and curl are known here`);
  }

  clientOf(service: ServiceName): ReflectedServices {
    const address = `127.0.0.1:${this.#store.ports[service] + GRPC_OFFSET}`;
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${this.#token}`);
    const client = this.#clients.get(address) ?? new ReflectedServices(address, metadata, this.#version);
    this.#clients.set(address, client);
    return client;
  }

  async #runGrpcurl(args: readonly string[], companion: Companion | undefined): Promise<void> {
    const { body, rest } = readGrpcurl(args);
    const [address = '', verb = '', symbol] = rest;
    const client = this.clientOf(serviceAt(address, GRPC_OFFSET));
    if (verb === 'list' && symbol === undefined) {
      const names = await client.listServices();
      if (names.length < 2) throw new Error(`only ${names.join(', ')} is listed`);
    } else if (verb === 'list' && symbol !== undefined) await client.listMethods(symbol);
    else if (verb === 'describe' && symbol !== undefined) await client.describe(symbol);
    else if (symbol !== undefined) throw new Error(`${symbol} is too much`);
    else await this.#call(client, verb, body, companion);
  }

  async #call(client: ReflectedServices, path: string, body: string, companion: Companion | undefined): Promise<void> {
    const ended = new AbortController();
    const beside = companion?.(ended.signal);
    const isEnough = (): boolean => companion !== undefined;
    const answer = await client.call(path, JSON.parse(this.#fillIn(body)), isEnough);
    ended.abort();
    await beside;
    const { code, details } = answer.status;
    if (code !== status.OK) throw new Error(`${path} ended with ${status[code]}: ${details}`);
    const error = findField(answer.messages, 'error');
    if (error !== undefined) throw new Error(`${path} answered the error ${JSON.stringify(error)}`);
    this.#answers.push(answer.messages);
  }

  async #runCurl(args: readonly string[]): Promise<void> {
    const [flag, method = '', bodyFlag, body = '', address = '', ...more] = args;
    if (flag !== '-X' || bodyFlag !== '--data-binary' || more.length > 0) throw new Error(`curl ${args.join(' ')}`);
    const url = new URL(address);
    const response = await fetch(this.#store.urlOf(serviceAt(url.host, 0)) + url.pathname, {
      method,
      body,
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (!response.ok) throw new Error(`curl ${address}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }

  /** The default ports become those of the store, `<field>` the value of that field in the last answer that had it. */
  #fillIn(text: string): string {
    return text
      .replaceAll(/127\.0\.0\.1:(\d+)/g, (address) => `127.0.0.1:${this.#store.ports[serviceAt(address, 0)]}`)
      .replaceAll(/<(\w+)>/g, (_, name: string) => {
        const value = findField(this.#answers.toReversed(), name);
        if (value === undefined) throw new Error(`no answer so far has a field ${name}`);
        return String(value);
      });
  }
}

function readGrpcurl(args: readonly string[]): { body: string; rest: string[] } {
  const rest: string[] = [];
  let body = '{}';
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (GRPC_FLAGS_WITH_VALUE.has(word)) {
      index += 1;
      body = args[index] ?? '';
    } else if (!word.startsWith('-')) rest.push(word);
    else if (!GRPC_FLAGS.has(word)) throw new Error(`grpcurl ${word} is not known here`);
  }
  return { body, rest };
}

function serviceAt(address: string, offset: number): ServiceName {
  const service = SERVICE_BY_PORT[Number(address.split(':')[1]) - offset];
  if (!address.startsWith('127.0.0.1:') || service === undefined) throw new Error(`nothing listens at ${address}`);
  return service;
}

/** The first field of a name, however deep. */
function findField(json: unknown, name: string): unknown {
  if (typeof json !== 'object' || json === null) return undefined;
  const own = Array.isArray(json) ? undefined : Object.entries(json).find(([key]) => key === name)?.[1];
  if (own !== undefined) return own;
  for (const value of Object.values(json)) {
    const found = findField(value, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
