/** A TCP connection that sends bytes as given and reads answers one by one. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export class RawConnection {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #isEnded = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (data: Buffer) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#wake();
    });
    const end = (): void => {
      this.#isEnded = true;
      this.#wake();
    };
    socket.on('end', end).on('close', end).on('error', end);
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Header lines of a request, as text to send. */
  sendHead(method: string, target: string, headers: Readonly<Record<string, string>>): void {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.send(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  /** The next answer; rejects when the connection ends before it is whole. */
  async readAnswer(): Promise<RawAnswer> {
    const headEnd = await this.#find('\r\n\r\n');
    const head = this.#received.subarray(0, headEnd).toString('latin1');
    const lengthBytes = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + lengthBytes;
    while (this.#received.length < end) await this.#more();
    const body = this.#received.subarray(headEnd + 4, end).toString();
    this.#received = this.#received.subarray(end);
    return { status: Number(head.slice(9, 12)), head, body };
  }

  /** Resolves when the server has closed. */
  async ended(): Promise<void> {
    while (!this.#isEnded) await this.#more();
  }

  async #find(text: string): Promise<number> {
    for (;;) {
      const at = this.#received.indexOf(text);
      if (at >= 0) return at;
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    if (this.#isEnded)
      throw new Error(`the connection ended after ${JSON.stringify(this.#received.toString('latin1').slice(0, 200))}`);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
