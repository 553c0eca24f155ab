import { connect, type Socket } from 'node:net';
import { type BodyRule, type Response, ResponseReader } from './response-reader.ts';

/** Small answers come in one piece; large ones are counted, not kept, so the buffer is as large as one read may be. */
const READ_BUFFER_BYTES = 512 * 1024;

interface Pending {
  resolve(response: Response): void;
  reject(error: Error): void;
}

/** One keep-alive connection that carries one request at a time. It opens itself anew when the server closed it in between. */
export class Connection {
  readonly #host: string;
  readonly #port: number;
  readonly #readBuffer = Buffer.allocUnsafe(READ_BUFFER_BYTES);
  readonly #reader: ResponseReader;
  #socket: Socket | undefined;
  #pending: Pending | undefined;

  constructor(url: URL) {
    this.#host = url.hostname;
    this.#port = Number(url.port || 80);
    this.#reader = new ResponseReader((response) => this.#settle(response));
  }

  /** Sends a request and resolves with its answer. `body` must stay as it is until then. */
  async send(head: string, body: Buffer | undefined, rule: BodyRule): Promise<Response> {
    const socket = this.#socket ?? (await this.#open());
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.#reader.expect(rule);
      if (body === undefined) {
        socket.write(head, 'latin1');
        return;
      }
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    });
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: this.#host,
        port: this.#port,
        noDelay: true,
        onread: {
          buffer: this.#readBuffer,
          callback: (count) => {
            this.#reader.take(this.#readBuffer.subarray(0, count));
            return true;
          },
        },
      });
      socket.once('connect', () => {
        this.#socket = socket;
        resolve(socket);
      });
      socket.once('error', (error) => {
        reject(error);
        this.#fail(error);
      });
      socket.once('close', () => this.#fail(new Error('the server closed the connection before it answered')));
    });
  }

  #settle(response: Response): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.resolve(response);
  }

  #fail(error: Error): void {
    this.#socket = undefined;
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.reject(error);
  }
}
