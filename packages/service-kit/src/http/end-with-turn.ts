import type { ServerResponse } from 'node:http';

/** A longer body is sent at once: writing it takes so long that what the others wait would be felt. */
const BODY_BYTES_MAX = 64 * 1024;
/** After so many turns with one answer each the client is taken to be alone, */
const LONE_TURNS = 4;
/** and so many answers are sent at once before turns are waited for again: */
const LONE_ANSWERS = 32;
/** two of them, as the first may have had answers that were still sent at once. */
const PROBED_TURNS = 2;

interface Ending {
  readonly response: ServerResponse;
  readonly body: Uint8Array | string | undefined;
}

const waiting: Ending[] = [];
let loneTurns = 0;
let loneAnswers = 0;

/**
 * Ends an answer together with all others of this turn of the event loop. Requests that the system handed over together are worked off
 * first and answered in one go then: a client that sleeps is woken once for many answers, not once for each, which on one machine costs
 * more than a small answer does. Where one request comes at a time there is nothing to wait for, and nothing is waited.
 */
export const endWithTurn = (response: ServerResponse, body?: Uint8Array | string): void => {
  if (loneAnswers > 0 || (body !== undefined && body.length > BODY_BYTES_MAX)) {
    if (loneAnswers > 0) loneAnswers -= 1;
    end({ response, body });
  } else if (waiting.push({ response, body }) === 1) setImmediate(endWaiting);
};

const endWaiting = (): void => {
  const endings = waiting.splice(0);
  loneTurns = endings.length === 1 ? loneTurns + 1 : 0;
  if (loneTurns >= LONE_TURNS) {
    loneTurns -= PROBED_TURNS;
    loneAnswers = LONE_ANSWERS;
  }
  for (const ending of endings) end(ending);
};

const end = ({ response, body }: Ending): void => {
  if (body === undefined) response.end();
  else response.end(body);
};
