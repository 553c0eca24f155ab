import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The last request of each connection, by what answers it. */
export type LastAnswers = Pick<WeakMap<Socket, ServerResponse>, 'get'>;

export const rememberAnswers = (server: Server): LastAnswers => {
  const answers = new WeakMap<Socket, ServerResponse>();
  const remember = ({ socket }: { readonly socket: Socket }, response: ServerResponse): void => {
    answers.set(socket, response);
  };
  server.on('request', remember).on('checkContinue', remember).on('checkExpectation', remember);
  return answers;
};
