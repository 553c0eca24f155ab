/** Bounds of every gRPC server and client here. Each may be lowered or raised per server by its options. */

/** Largest message read or written. A needle of 32 MiB with its frame fits. */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Memory that a message may take with its first bytes, whatever length was announced: a session's batch is copied once. And how often as much it takes when
 * that is full: a large message takes the whole of what it needs when a sixteenth of it has come.
 */
export const MESSAGE_FIRST_BYTES = 1024 * 1024;
export const MESSAGE_GROWTH = 16;

/** Bytes given away for an answer that are shorter are copied with the rest, and left to the garbage collector. */
export const SPENT_BYTES_MIN = 16 * 1024;

/** A long answer that makes way for others goes to the wire in pieces of so much. */
export const ANSWER_PIECE_BYTES = 32 * 1024;

/** Streams one connection may hold open. */
export const STREAMS_PER_CONNECTION_MAX = 10_000;

/** How long a unary call waits unless its caller says otherwise. */
export const CALL_DEADLINE_MS = 30_000;

/** Bytes that may be under way on a connection, in each direction. HTTP/2's own 64 KiB would cost a round trip for each batch. */
export const RECEIVE_WINDOW_BYTES = 8 * 1024 * 1024;

/** A connection idle for this long is asked whether it still lives. */
export const KEEPALIVE_INTERVAL_MS = 30_000;
export const KEEPALIVE_TIMEOUT_MS = 10_000;

/** How long a stopping server leaves its last answers to the wire, once no call runs any more. */
export const LAST_ANSWERS_MS = 250;

/** Calls of one session that are under way on the wire. Further ones wait. */
export const SESSION_IN_FLIGHT_MAX = 2_048;

/** Calls of one session that wait for a place. Further ones are refused as `resource-exhausted`. */
export const SESSION_WAITING_MAX = 16_384;

/** A session's batch is handed to the wire at this size, without waiting for the end of the tick. */
export const SESSION_BATCH_BYTES = 256 * 1024;

/** Buffers that the server of a session keeps for its next batches, and how large a kept one may have grown. */
export const SESSION_SPARE_BUFFERS_MAX = 4;
export const SESSION_SPARE_BUFFER_BYTES_MAX = 2 * SESSION_BATCH_BYTES;

/** Bytes a session keeps while the wire takes no more; further calls wait. */
export const SESSION_UNSENT_BYTES_MAX = 16 * 1024 * 1024;

/** How exactly the deadline of a session's call is kept. */
export const SESSION_DEADLINE_STEP_MS = 25;

/** Waits between attempts to open a session: the first, doubled up to the last. */
export const SESSION_REOPEN_FIRST_MS = 50;
export const SESSION_REOPEN_LAST_MS = 2_000;

/** Messages a push queue holds before its writer must wait. */
export const PUSH_QUEUE_MAX = 1_024;
