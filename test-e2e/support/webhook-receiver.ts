import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

export interface Delivery {
  readonly eventId: string;
  readonly eventName: string;
  /** Bucket and key. */
  readonly key: string;
  readonly record: EventRecord;
}

export interface EventRecord {
  readonly eventName: string;
  readonly s3: {
    readonly configurationId: string;
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly size?: number;
      readonly eTag?: string;
      readonly sequencer: string;
    };
  };
}

const WAIT_MS = 60_000;

/** An HTTP server that takes events as a webhook does, and remembers them. */
export class WebhookReceiver {
  readonly deliveries: Delivery[] = [];
  /** Answer to the next deliveries; 200 unless a test wants a refusal. */
  status = 200;
  /** Deliveries that were refused by `status`. */
  refused = 0;
  readonly #server: Server;
  #waiting: (() => void)[] = [];

  constructor() {
    this.#server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        if (request.method === 'POST')
          this.#take(String(request.headers['x-needlestack-event-id']), Buffer.concat(pieces));
        response.writeHead(request.method === 'POST' ? this.status : 200).end();
      });
    });
  }

  /** Resolves with the URL to deliver to. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
    return `http://127.0.0.1:${address.port}/events`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Resolves as soon as a check of what has arrived holds. */
  async waitFor(what: string, check: () => boolean): Promise<void> {
    const endMs = Date.now() + WAIT_MS;
    while (!check()) {
      const leftMs = endMs - Date.now();
      if (leftMs <= 0)
        throw new Error(
          `waited for ${what}; arrived: ${JSON.stringify(this.deliveries.map(({ eventName, key }) => [eventName, key]))}`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #take(eventId: string, body: Buffer): void {
    if (this.status === 200) {
      const event = JSON.parse(body.toString()) as { EventName: string; Key: string; Records: [EventRecord] };
      this.deliveries.push({ eventId, eventName: event.EventName, key: event.Key, record: event.Records[0] });
    } else this.refused += 1;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
