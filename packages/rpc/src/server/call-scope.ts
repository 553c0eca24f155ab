import type { Metadata } from '@grpc/grpc-js';
import type { CallContext } from '../method-types.ts';
import { certificateNameOf, type IdentifiedCall } from './authorize-call.ts';

/** One for all: each call is cancelled when it is over, also when it went well, and an error of its own would cost it more than anything else here. */
const CALL_IS_OVER = new DOMException('The call is over', 'AbortError');

/** The part of every kind of server call that its context needs. */
export interface ServerCall extends IdentifiedCall {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  getPeer(): string;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** The context of one call; its abort controller is made only when somebody asks for the signal. */
export class CallScope implements CallContext {
  readonly stopping: AbortSignal;
  readonly #call: ServerCall;
  #controller: AbortController | undefined;

  constructor(call: ServerCall, stopping: AbortSignal) {
    this.#call = call;
    this.stopping = stopping;
  }

  get peer(): string {
    return this.#call.getPeer();
  }

  get certificateName(): string | undefined {
    return certificateNameOf(this.#call);
  }

  get metadata(): Metadata {
    return this.#call.metadata;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      const abort = (): void => controller.abort(CALL_IS_OVER);
      if (this.#call.cancelled) abort();
      else this.#call.on('cancelled', abort);
    }
    return this.#controller.signal;
  }
}
