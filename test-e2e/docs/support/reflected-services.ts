/** A gRPC client that knows nothing but what the server's reflection tells, as grpcurl does. */
import { Client, credentials, type Metadata, type StatusObject, status } from '@grpc/grpc-js';
import protobuf, { type Method, type Type } from 'protobufjs';
import descriptor, { type IFileDescriptorProto } from 'protobufjs/ext/descriptor/index.js';
import { decodeJson, encodeJson } from './strict-json.ts';

const DEADLINE_MS = 60_000;

/** The part of grpc/reflection/v1/reflection.proto that is used here; v1alpha has the same messages. */
const REFLECTION = protobuf.parse(
  `syntax = "proto3";
  message Request { oneof ask { string file_by_filename = 3; string file_containing_symbol = 4; string list_services = 7; } }
  message Files { repeated bytes file_descriptor_proto = 1; }
  message Service { string name = 1; }
  message Services { repeated Service service = 1; }
  message Failure { int32 error_code = 1; string error_message = 2; }
  message Answer { Files file_descriptor_response = 4; Services list_services_response = 6; Failure error_response = 7; }`,
  { keepCase: true },
).root;
const REQUEST = REFLECTION.lookupType('Request');
const ANSWER = REFLECTION.lookupType('Answer');

export type ReflectionVersion = 'v1' | 'v1alpha';

interface ReflectionAnswer {
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Uint8Array[] };
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly error_response?: { readonly error_message: string };
}

export interface RpcAnswer {
  /** The messages that came, as JSON objects. */
  readonly messages: readonly unknown[];
  readonly status: Pick<StatusObject, 'code' | 'details'>;
}

const asIs = (bytes: Buffer): Buffer => bytes;

export class ReflectedServices {
  readonly #client: Client;
  readonly #metadata: Metadata;
  readonly #version: ReflectionVersion;
  readonly #roots = new Map<string, Promise<protobuf.Root>>();

  constructor(address: string, metadata: Metadata, version: ReflectionVersion) {
    this.#client = new Client(address, credentials.createInsecure());
    this.#metadata = metadata;
    this.#version = version;
  }

  async listServices(): Promise<string[]> {
    const answer = await this.#reflect({ list_services: '*' });
    return answer.list_services_response?.service.map(({ name }) => name) ?? [];
  }

  /** The names of a service's methods. */
  async listMethods(service: string): Promise<string[]> {
    return (await this.#rootOf(service)).lookupService(service).methodsArray.map(({ name }) => name);
  }

  /** @throws Error when the server knows no service, method or message of that name */
  async describe(symbol: string): Promise<void> {
    if ((await this.#rootOf(symbol)).lookup(symbol) === null) throw new Error(`there is no ${symbol}`);
  }

  /**
   * Calls `package.Service/Method` with one message. Collects what comes until the call ends, or until `isEnough`.
   * @throws Error when there is no such method, or the body does not fit its request
   */
  async call(
    path: string,
    body: unknown,
    isEnough: (messages: readonly unknown[]) => boolean = () => false,
  ): Promise<RpcAnswer> {
    const { request, answer } = await this.#methodAt(path);
    const messages: unknown[] = [];
    const outcome = await this.#send(`/${path}`, this.#metadata, encodeJson(request, body), (bytes) => {
      messages.push(decodeJson(answer, bytes));
      return isEnough(messages);
    });
    return { messages, status: outcome };
  }

  /** The status of an empty request that carries no credentials. */
  callAsStranger(path: string): Promise<Pick<StatusObject, 'code' | 'details'>> {
    return this.#send(`/${path}`, undefined, Buffer.alloc(0), () => true);
  }

  close(): void {
    this.#client.close();
  }

  async #methodAt(path: string): Promise<{ request: Type; answer: Type }> {
    const [service = '', name = ''] = path.split('/');
    const root = await this.#rootOf(service);
    const method: Method | undefined = root.lookupService(service).methods[name];
    if (method === undefined) throw new Error(`service ${service} has no method ${name}`);
    method.resolve();
    if (method.resolvedRequestType === null || method.resolvedResponseType === null)
      throw new Error(`${path} is not whole`);
    return { request: method.resolvedRequestType, answer: method.resolvedResponseType };
  }

  #rootOf(symbol: string): Promise<protobuf.Root> {
    const known = this.#roots.get(symbol) ?? this.#loadFiles({ file_containing_symbol: symbol });
    this.#roots.set(symbol, known);
    return known;
  }

  /** The file that was asked for and, transitively, those that it imports. */
  async #loadFiles(ask: Record<string, string>): Promise<protobuf.Root> {
    const file = new Map<string, IFileDescriptorProto>();
    const missing: Record<string, string>[] = [ask];
    for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
      const answer = await this.#reflect(next);
      for (const bytes of answer.file_descriptor_response?.file_descriptor_proto ?? []) {
        const one: IFileDescriptorProto = descriptor.FileDescriptorProto.toObject(
          descriptor.FileDescriptorProto.decode(bytes),
        );
        file.set(one.name ?? '', one);
      }
      const wanted = [...file.values()].flatMap(({ dependency = [] }) => dependency as readonly string[]);
      const absent = wanted.find((name) => !file.has(name));
      if (absent !== undefined) missing.push({ file_by_filename: absent });
    }
    const root = rootFromDescriptor({ file: [...file.values()] });
    root.resolveAll();
    return root;
  }

  async #reflect(ask: Record<string, string>): Promise<ReflectionAnswer> {
    const request = Buffer.from(REQUEST.encode(REQUEST.create(ask)).finish());
    let answer: ReflectionAnswer | undefined;
    const path = `/grpc.reflection.${this.#version}.ServerReflection/ServerReflectionInfo`;
    const outcome = await this.#send(path, this.#metadata, request, (bytes) => {
      answer = ANSWER.toObject(ANSWER.decode(bytes));
      return true;
    });
    if (answer === undefined) throw new Error(`reflection ended with ${outcome.details}`);
    if (answer.error_response !== undefined)
      throw new Error(`${JSON.stringify(ask)}: ${answer.error_response.error_message}`);
    return answer;
  }

  /** On the wire a unary call is a stream of one message each way, so one kind of call serves all methods. */
  #send(
    path: string,
    metadata: Metadata | undefined,
    request: Buffer,
    onMessage: (bytes: Buffer) => boolean,
  ): Promise<Pick<StatusObject, 'code' | 'details'>> {
    const options = { deadline: Date.now() + DEADLINE_MS };
    const call =
      metadata === undefined
        ? this.#client.makeBidiStreamRequest(path, asIs, asIs, options)
        : this.#client.makeBidiStreamRequest(path, asIs, asIs, metadata, options);
    return new Promise((resolve) => {
      call.on('data', (bytes: Buffer) => {
        if (!onMessage(bytes)) return;
        resolve({ code: status.OK, details: '' });
        call.cancel();
      });
      call.on('error', () => undefined);
      call.on('status', ({ code, details }: StatusObject) => resolve({ code, details }));
      call.write(request);
      call.end();
    });
  }
}

/** Added to the class by the descriptor extension; its types do not say so. */
function rootFromDescriptor(set: { readonly file: readonly IFileDescriptorProto[] }): protobuf.Root {
  const extended = protobuf.Root as typeof protobuf.Root & { fromDescriptor(files: unknown): protobuf.Root };
  return extended.fromDescriptor(set);
}
