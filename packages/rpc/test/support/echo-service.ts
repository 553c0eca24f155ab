import { fileURLToPath } from 'node:url';
import {
  type BidiMethod,
  type BoundService,
  bindService,
  type ClientStreamMethod,
  createGrpcClient,
  type GrpcClient,
  loadProtos,
  RpcError,
  type ServerStreamMethod,
  type ServiceHandlers,
  type UnaryMethod,
} from '../../src/index.ts';

interface Words {
  readonly text: string;
  readonly number: string;
  readonly data: Buffer;
}

interface WordsInit {
  readonly text?: string;
  readonly number?: string | number | bigint;
  readonly data?: Uint8Array;
}

export interface Echo {
  readonly Say: UnaryMethod<WordsInit, Words, WordsInit, Words>;
  readonly Count: ServerStreamMethod<WordsInit, Words, WordsInit, Words>;
  readonly Join: ClientStreamMethod<WordsInit, Words, WordsInit, Words>;
  readonly Chat: BidiMethod<WordsInit, Words, WordsInit, Words>;
  readonly Missing: UnaryMethod<WordsInit, Words, WordsInit, Words>;
}

export const ECHO_SERVICE = 'echo_pb.Echo';

export const echoProtos = loadProtos(['echo.proto'], fileURLToPath(new URL('.', import.meta.url)));

/** Thrown by `Say` when asked to; a coded error as services have them. */
class EchoError extends Error {
  readonly code = 'word-not-found';
}

export const echoHandlers: ServiceHandlers<Echo> = {
  Say: async (request, context) => {
    if (request.text === 'wait') {
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      throw new RpcError('aborted', 'nobody waits any more');
    }
    if (request.text === 'coded') throw new EchoError('no such word');
    if (request.text === 'fault') throw new Error('the secret detail');
    return request;
  },
  async *Count(request) {
    for (let number = 1; number <= Number(request.number); number++) yield { text: request.text, number };
    if (request.text === 'fail') throw new RpcError('data-loss', 'counted too far');
  },
  Join: async (requests) => {
    const texts: string[] = [];
    for await (const { text } of requests) texts.push(text);
    return { text: texts.join(' ') };
  },
  async *Chat(requests) {
    for await (const { text } of requests) {
      if (text === 'bye') break;
      if (text === 'fail') throw new RpcError('data-loss', 'not a word');
      yield { text: text.toUpperCase() };
    }
    yield { text: 'the end' };
  },
};

export const bindEcho = (): BoundService => bindService<Echo>(ECHO_SERVICE, echoHandlers);

export const createEchoClient = (port: number, authToken?: string): GrpcClient<Echo> =>
  createGrpcClient<Echo>({
    address: `127.0.0.1:${port}`,
    protos: echoProtos,
    service: ECHO_SERVICE,
    ...(authToken === undefined ? {} : { authToken }),
  });
