/** A receiver of webhooks that behaves as told. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedEvent {
  readonly eventId: string;
  readonly key: string;
  readonly sequencer: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Status to answer with, or `hang` for none at all. */
export type SinkBehaviour = (
  event: ReceivedEvent,
) => number | 'hang' | { status: number; headers: Record<string, string> };

export class WebhookSink {
  /** Acknowledged events in order of arrival. */
  readonly accepted: ReceivedEvent[] = [];
  /** All attempts. */
  readonly attempts: ReceivedEvent[] = [];
  behaviour: SinkBehaviour = () => 200;
  readonly #server: Server;
  #answering: Promise<void> = Promise.resolve();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(port = 0): Promise<WebhookSink> {
    let sink: WebhookSink | undefined;
    const server = createServer((request, response) => sink?.receive(request, response));
    sink = new WebhookSink(server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return sink;
  }

  get port(): number {
    const address = this.#server.address() as AddressInfo;
    return address.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'HEAD') {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const event = parseEvent(request, Buffer.concat(chunks).toString());
      this.attempts.push(event);
      void this.#answering.then(() => this.#answer(event, response));
    });
  }

  /** Receives and answers nothing until released. */
  holdAnswers(): { release(): void } {
    const held = Promise.withResolvers<void>();
    this.#answering = held.promise;
    return { release: held.resolve };
  }

  #answer(event: ReceivedEvent, response: ServerResponse): void {
    const answer = this.behaviour(event);
    if (answer === 'hang') return;
    const { status, headers } = typeof answer === 'number' ? { status: answer, headers: {} } : answer;
    if (status >= 200 && status < 300) this.accepted.push(event);
    response.writeHead(status, headers).end('body that is drained');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function parseEvent(request: IncomingMessage, body: string): ReceivedEvent {
  const payload = JSON.parse(body);
  return {
    eventId: String(request.headers['x-needlestack-event-id']),
    key: payload.Records?.[0]?.s3?.object?.key ?? '',
    sequencer: payload.Records?.[0]?.s3?.object?.sequencer ?? '',
    headers: request.headers,
    body,
  };
}
